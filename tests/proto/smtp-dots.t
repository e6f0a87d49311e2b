# RFC 5321 section 4.5.2: a dot is doubled at the start of a line, nowhere else.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
..\r\n..one\r\na.b.\r\n.x\r\n...\r\n. \r\n.\rx\r\n.\r.\r\n\r.\r\n..\r\n.\r\n
<<<
250 ok\r\n
>>>
QUIT\r\n
<<<
221 bye\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 ".\r\n.one\r\na.b.\r\nx\r\n..\r\n \r\n\rx\r\n\r.\r\n\r.\r\n.\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
COMMAND "QUIT"
