# The client goes on with a text, so there was a 354.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n
--- gap server 8
>>>
Received: from x\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "Received: from x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
