# The same bytes to a server that takes CR.CR for the end: its replies show a second message.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
one\r.\rMAIL FROM:<x@y>\r\nRCPT TO:<z@y>\r\nDATA\r\ntwo\r\n.\r\n
<<<
250 queued\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
COMMAND "MAIL FROM:<x@y>"
COMMAND "RCPT TO:<z@y>"
COMMAND "DATA"
MAIL_BEGIN 2
MAIL_TEXT 2 "two\r\n"
COMMAND "."
MAIL_DONE 2 smtp @4 helo="me" from="x@y" to="z@y" yes count=1 ended reply=250
