# The server alone says that it is a mail server, no more.
<<<
220 mx ESMTP\r\n
--- gap client 9
<<<
250 mx\r\n250 ok\r\n354 go\r\n
===
PROTOCOL smtp
MAIL_BEGIN 1
MAIL_DONE 1 smtp @3 count=0
