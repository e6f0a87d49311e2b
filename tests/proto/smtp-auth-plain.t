# RFC 4954 section 4, RFC 4616: NUL user NUL password, at once or after a 334.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nAUTH PLAIN AHVzZXIAcHc=\r\n
<<<
250 mx\r\n235 ok\r\n
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
COMMAND "AUTH PLAIN AHVzZXIAcHc="
LOGIN_DONE "PLAIN" user="user" password="pw" reply=235 yes
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @4 helo="me" auth="user" from="a@b" to="c@d" yes count=1 ended reply=250
