# The server answers before the last chunk is all there; the chunk is a mail's all the same.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 6 LAST\r\none
<<<
250 mx\r\n250 ok\r\n250 ok\r\n552 too big\r\n
>>>
twoQUIT\r\n
<<<
221 bye\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 6 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "onetwo"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=552
COMMAND "QUIT"
