# A line beyond CONVERSATION_LINE_MAX is one command, its rest is none; a text has no such end.
<<<
220 mx ESMTP\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP\%1638{0123456789}DATA\r\n
<<<
250 ok\r\n250 ok\r\n500 too long\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "NOOP\%1638{0123456789}"
COMMAND "QUIT"
REFUSAL from="a@b" count=1 rejected=0 first="c@d"
