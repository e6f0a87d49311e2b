# Only the client is seen, the server's bytes are holes: a mail with all its recipients.
--- gap server 14
>>>
EHLO me\r\n
--- gap server 20
>>>
MAIL FROM:<a@b>\r\n
--- gap server 8
>>>
RCPT TO:<c@d>\r\n
--- gap server 8
>>>
RCPT TO:<e@f>\r\n
--- gap server 8
>>>
DATA\r\n
--- gap server 8
>>>
x\r\n.\r\n
--- gap server 8
>>>
MAIL FROM:<g@h>\r\nRCPT TO:<i@j>\r\nDATA\r\n
--- gap server 24
>>>
y\r\n.\r\nQUIT\r\n
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
MAIL_DONE 1 smtp @10 helo="me" from="a@b" to="c@d" unknown to="e@f" unknown count=2 ended
COMMAND "MAIL FROM:<g@h>"
COMMAND "RCPT TO:<i@j>"
COMMAND "DATA"
MAIL_BEGIN 2
MAIL_TEXT 2 "y\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 2 smtp @14 helo="me" from="g@h" to="i@j" unknown count=1 ended
