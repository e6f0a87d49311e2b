# RSET before LAST: the message never ended, and what follows is another one.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 3\r\noneRSET\r\nMAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nBDAT 3 LAST\r\ntwo
<<<
250 mx\r\n250 ok\r\n250 ok\r\n552 full\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 3"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
COMMAND "RSET"
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "BDAT 3 LAST"
MAIL_BEGIN 2
MAIL_TEXT 2 "two"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 reply=552
MAIL_DONE 2 smtp @2 helo="me" from="e@f" to="g@h" yes count=1 ended reply=250
