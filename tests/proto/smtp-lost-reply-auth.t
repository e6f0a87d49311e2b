# A command's reply is missing; 334 and 235 are AUTH's, whatever waits before it.
<<<
220 mx ESMTP\r\n
>>>
EHLO a\r\n
<<<
250 mx\r\n
>>>
NOOP\r\nAUTH LOGIN\r\n
<<<
334 VXNlcm5hbWU6\r\n
>>>
dXNlcg==\r\n
<<<
334 UGFzc3dvcmQ6\r\n
>>>
cGFzcw==\r\n
<<<
235 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO a"
COMMAND "NOOP"
COMMAND "AUTH LOGIN"
COMMAND "dXNlcg=="
COMMAND "cGFzcw=="
LOGIN_DONE "LOGIN" user="user" password="pass" reply=235 yes
