# RFC 3030: the size says where the chunk ends, hole or not; and a hole over its end.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 10 LAST\r\none
--- gap client 4
>>>
two
<<<
250 mx\r\n250 ok\r\n250 ok\r\n250 queued\r\n
>>>
MAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nBDAT 5 LAST\r\nfo
--- gap client 9
<<<
250 ok\r\n250 ok\r\n250 queued\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 10 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
MAIL_GAP 1 4
MAIL_TEXT 1 "two"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 missing=4 ended reply=250
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "BDAT 5 LAST"
MAIL_BEGIN 2
MAIL_TEXT 2 "fo"
MAIL_GAP 2 3
MAIL_DONE 2 smtp @6 helo="me" from="e@f" to="g@h" yes count=1 missing=3 ended reply=250
COMMAND "QUIT"
