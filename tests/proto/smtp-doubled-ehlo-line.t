# The last line of the reply to EHLO comes twice: the second answers nothing.
<<<
220 mx ESMTP\r\n
>>>
EHLO a\r\n
<<<
250-mx\r\n250 OK\r\n250 OK\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<e@f>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<g@h>\r\n
<<<
550 no\r\n
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
COMMAND "EHLO a"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @10 helo="a" from="a@b" to="e@f" yes to="g@h" no count=1 rejected=1 ended reply=250
