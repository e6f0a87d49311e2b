<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nAUTH PLAIN\r\n
<<<
250 mx\r\n334 \r\n
>>>
enh6AHVzZXIAcHc=\r\n
<<<
235 ok\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "AUTH PLAIN"
COMMAND "enh6AHVzZXIAcHc="
LOGIN_DONE "PLAIN" user="user" password="pw" reply=235 yes
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @6 helo="me" auth="user" from="a@b" to="c@d" yes count=1 ended reply=250
