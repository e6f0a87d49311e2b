# The end of the text is lost, the server's reply to it is not.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
one\r\n
--- gap client 8
<<<
250 queued\r\n
>>>
MAIL FROM:<e@f>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<g@h>\r\n
<<<
250 ok\r\n
>>>
DATA\r\n
<<<
354 go\r\n
>>>
two\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r\n"
MAIL_GAP 1 8
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 missing=8 reply=250
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "DATA"
MAIL_BEGIN 2
MAIL_TEXT 2 "two\r\n"
COMMAND "."
MAIL_DONE 2 smtp @11 helo="me" from="e@f" to="g@h" yes count=1 ended reply=250
