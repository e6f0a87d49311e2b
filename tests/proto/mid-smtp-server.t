# The server's bytes come first, and in the middle of a line.
--- midstream
<<<
IPELINING\r\n250 ok\r\n
>>>
RSET\r\n
<<<
250 ok\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "RSET"
COMMAND "QUIT"
