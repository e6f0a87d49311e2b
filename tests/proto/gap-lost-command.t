# A lost RCPT: its reply is not another command's.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
--- gap client 15
<<<
550 no\r\n
>>>
RCPT TO:<e@f>\r\n
<<<
250 ok\r\n
>>>
DATA\r\n
<<<
354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<e@f>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @10 helo="me" from="a@b" to="e@f" yes count=1 ended reply=250
