# FTP, POP3 and Redis have these commands, too: nothing is called SMTP by them alone.
--- midstream
>>>
RSET\r\n
<<<
250 ok\r\n
>>>
AUTH secret\r\nNOOP\r\nHELO\r\nQUIT\r\n
===
