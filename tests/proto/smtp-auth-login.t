# Two questions, user and password; a password that looks like a command is none. Refused, nobody is logged in.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nAUTH LOGIN\r\n
<<<
250 mx\r\n334 VXNlcm5hbWU6\r\n
>>>
dXNlcg==\r\n
<<<
334 UGFzc3dvcmQ6\r\n
>>>
DATA\r\n
<<<
535 no\r\n
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
COMMAND "AUTH LOGIN"
COMMAND "dXNlcg=="
COMMAND "DATA"
LOGIN_DONE "LOGIN" user="user" password="\x0c\x04\xc0" reply=535 no
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @8 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
