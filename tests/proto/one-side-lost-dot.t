# The client alone, and the end of a text in a hole: the next command shows it.
--- gap server 14
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
--- gap server 32
>>>
one\r\n
--- gap client 10
--- gap server 8
>>>
ROM:<e@f>\r\nRCPT TO:<g@h>\r\nDATA\r\n
--- gap server 24
>>>
two\r\n.\r\nQUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r\n"
MAIL_GAP 1 10
MAIL_TEXT 1 "ROM:<e@f>\r\n"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" unknown count=1 missing=10
COMMAND "RCPT TO:<g@h>"
COMMAND "DATA"
MAIL_BEGIN 2
MAIL_TEXT 2 "two\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 2 smtp @7 helo="me" to="g@h" unknown count=1 ended
