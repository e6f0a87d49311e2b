# RFC 3030 section 4.2: envelope, chunks and the next mail without waiting.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nBDAT 3\r\none
BDAT 2\r\n\r\nBDAT 0 LAST\r\nMAIL FROM:<g@h>\r\nRCPT TO:<i@j>\r\nBDAT 3 last\r\ntwo
<<<
250 mx\r\n250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n250 ok\r\n250 queued\r\n250 ok\r\n250 ok\r\n250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "RCPT TO:<e@f>"
COMMAND "BDAT 3"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
COMMAND "BDAT 2"
MAIL_TEXT 1 "\r\n"
COMMAND "BDAT 0 LAST"
COMMAND "MAIL FROM:<g@h>"
COMMAND "RCPT TO:<i@j>"
COMMAND "BDAT 3 last"
MAIL_BEGIN 2
MAIL_TEXT 2 "two"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes to="e@f" no count=1 rejected=1 ended reply=250
MAIL_DONE 2 smtp @2 helo="me" from="g@h" to="i@j" yes count=1 ended reply=250
