# A hole inside a line: its rest is no command.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\n
<<<
250 mx\r\n250 ok\r\n
>>>
RCPT TO:<c
--- gap client 4
>>>
example.DATA\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<e@f>\r\n
<<<
250 ok\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<e@f>"
COMMAND "QUIT"
