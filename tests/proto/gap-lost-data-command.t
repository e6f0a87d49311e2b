# DATA is lost, its 354 is seen: a text begins.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n
--- gap client 6
<<<
354 go\r\n
>>>
x\r\n.\r\nQUIT\r\n
<<<
250 queued\r\n221 bye\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 1 smtp @5 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
