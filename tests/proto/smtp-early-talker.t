# The client does not wait for the greeting; the greeting answers nothing.
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
>>>
x\r\n.\r\nQUIT\r\n
<<<
220 hi\r\n250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n221 bye\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 1 smtp @1 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
