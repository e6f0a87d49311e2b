# The server refuses the text before it has ended; the rest of it is still text.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
one\r\n
<<<
552 too much\r\n
>>>
two\r\n.\r\nQUIT\r\n
<<<
221 bye\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r\ntwo\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=552
COMMAND "QUIT"
