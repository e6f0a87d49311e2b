# The server's bytes come first, and in the middle of a line.
--- midstream
<<<
IPELINING\r\n250 ok\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "MAIL FROM:<a@b>"
COMMAND "QUIT"
REFUSAL from="a@b" count=0 rejected=0
