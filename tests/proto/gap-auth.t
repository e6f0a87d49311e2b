# The 334 is lost: what follows is an answer, unless it is a command.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nAUTH LOGIN\r\n
<<<
250 mx\r\n
--- gap server 18
>>>
dXNlcg==\r\n
<<<
334 UGFzc3dvcmQ6\r\n
>>>
cHc=\r\n
--- gap server 8
>>>
MAIL FROM:<a.long.name@b.example>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "AUTH LOGIN"
COMMAND "dXNlcg=="
COMMAND "cHc="
LOGIN_DONE "LOGIN" user="user" password="pw"
COMMAND "MAIL FROM:<a.long.name@b.example>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @9 helo="me" auth="user" from="a.long.name@b.example" to="c@d" yes count=1 ended reply=250
