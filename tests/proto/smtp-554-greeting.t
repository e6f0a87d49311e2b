# RFC 5321 section 3.1: a server may refuse at once.
<<<
554 no SMTP service here\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "QUIT"
