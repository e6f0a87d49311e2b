# One reply lost; the next command settles it, and the replies fit again.
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
>>>
RCPT TO:<c@d>\r\n
--- gap server 8
>>>
RCPT TO:<e@f>\r\n
<<<
550 no\r\n
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
COMMAND "RCPT TO:<c@d>"
COMMAND "RCPT TO:<e@f>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @10 helo="me" from="a@b" to="c@d" unknown to="e@f" no count=1 rejected=1 ended reply=250
