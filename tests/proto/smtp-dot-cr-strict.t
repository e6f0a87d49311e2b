# Dots alone, each with a bare CR before or behind it, and one reply, at the CRLF dot: to this server they are text, nothing
# is unstuffed but what follows CR LF, and what looks like another transaction is text.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
one\r.\rMAIL FROM:<x@y>\r\nRCPT TO:<z@y>\r\nDATA\r\ntwo\r.\r\n..\r.\n.\rthree\r..\r\r.\r\r\n.\r\n
<<<
250 queued\r\n
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
MAIL_TEXT 1 "one\r.\rMAIL FROM:<x@y>\r\nRCPT TO:<z@y>\r\nDATA\r\ntwo\r.\r\n.\r.\n\rthree\r..\r\r.\r\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
COMMAND "QUIT"
