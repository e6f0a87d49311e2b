# Refused before any of its octets, which are never sent: no message, and the next command is found.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 1000 LAST\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n552 too big\r\n
>>>
RSET\r\nMAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nBDAT 2 LAST\r\nx\n
<<<
250 ok\r\n250 ok\r\n250 ok\r\n250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 1000 LAST"
COMMAND "RSET"
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "BDAT 2 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\n"
REFUSAL helo="me" from="a@b" count=1 rejected=0 first="c@d" reply=552
MAIL_DONE 1 smtp @4 helo="me" from="e@f" to="g@h" yes count=1 ended reply=250
