# RFC 2920: the end of one text and the next transaction in one packet.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250-mx\r\n250 PIPELINING\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n
>>>
x\r\n.\r\nMAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nDATA\r\n
<<<
250 queued\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
y\r\n.\r\nQUIT\r\n
<<<
250 queued\r\n221 bye\r\n
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
MAIL_DONE 1 smtp @4 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
MAIL_BEGIN 2
MAIL_TEXT 2 "y\r\n"
COMMAND "."
COMMAND "QUIT"
MAIL_DONE 2 smtp @6 helo="me" from="e@f" to="g@h" yes count=1 ended reply=250
