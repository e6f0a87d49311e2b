# The same without a word about the server: settled when it is over.
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
>>>
x\r\n.\r\nMAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nDATA\r\n
>>>
y\r\n.\r\nQUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "DATA"
MAIL_DONE 1 smtp @1 helo="me" from="a@b" to="c@d" unknown count=1 ended
MAIL_BEGIN 2
MAIL_TEXT 2 "y\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 2 smtp @2 helo="me" from="e@f" to="g@h" unknown count=1 ended
