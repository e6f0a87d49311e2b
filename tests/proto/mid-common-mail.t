# The command that only SMTP has comes after one that others have: both are read.
--- midstream
>>>
RSET\r\n
<<<
250 ok\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "RSET"
COMMAND "MAIL FROM:<a@b>"
COMMAND "QUIT"
REFUSAL from="a@b" count=0 rejected=0
