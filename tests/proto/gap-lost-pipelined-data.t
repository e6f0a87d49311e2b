# The last RCPT and DATA are lost together; so is the first RCPT's reply.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n
--- gap client 21
<<<
250 ok\r\n
--- gap server 16
<<<
354 go\r\n
>>>
x\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @8 helo="me" from="a@b" to="c@d" unknown count=1 ended reply=250
