# The client goes on with a command, so DATA was refused.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n
--- gap server 8
>>>
MAIL FROM:<someone.with.a.long.name@example.org>\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
COMMAND "MAIL FROM:<someone.with.a.long.name@example.org>"
REFUSAL helo="me" from="a@b" count=1 rejected=0 first="c@d"
REFUSAL helo="me" from="someone.with.a.long.name@example.org" count=0 rejected=0
