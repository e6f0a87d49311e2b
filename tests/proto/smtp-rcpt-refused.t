<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nRCPT TO:<g@h>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n550 no\r\n252 maybe\r\n450 later\r\n354 go\r\n
>>>
x\r\n.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "RCPT TO:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" no to="e@f" yes to="g@h" no count=1 rejected=2 ended reply=250
