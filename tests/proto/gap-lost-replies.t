# The replies to a pipelined envelope are lost, the 354 is seen: it can only answer DATA.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n
--- gap server 24
<<<
354 go\r\n
>>>
x\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "RCPT TO:<e@f>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @4 helo="me" from="a@b" to="c@d" unknown to="e@f" unknown count=2 ended reply=250
