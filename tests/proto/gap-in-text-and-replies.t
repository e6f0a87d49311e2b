# A hole on each side: the text's reply is still the text's.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
one\r\n.\r
--- gap client 10
--- gap server 5
>>>
Help is text\r\nQuite so\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r\n\r"
MAIL_GAP 1 10
MAIL_TEXT 1 "Help is text\r\nQuite so\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 missing=10 ended reply=250
