# The first bytes of both are lost.
--- gap server 14
--- gap client 9
>>>
FROM:<a@b>\r\nRCPT TO:<c@d>\r\n
<<<
250 ok\r\n
>>>
DATA\r\n
<<<
354 go\r\n
>>>
x\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @5 to="c@d" yes count=1 ended reply=250
