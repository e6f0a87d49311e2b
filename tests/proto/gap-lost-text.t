# A hole in the text, told in place; the end of it is seen.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
one\r\ntw
--- gap client 1460
>>>
ree\r\n..four\r\n.\r\nQUIT\r\n
<<<
250 queued\r\n221 bye\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r\ntw"
MAIL_GAP 1 1460
MAIL_TEXT 1 "ree\r\n.four\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 missing=1460 ended reply=250
