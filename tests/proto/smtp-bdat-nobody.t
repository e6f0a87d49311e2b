# RFC 3030 section 2: BDAT without MAIL and RCPT is refused (503), and is no message; the
# message behind it is the first.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nBDAT 0 LAST\r\nBDAT 0\r\nBDAT 3\r\noneBDAT 5 LAST\r\ntwo\r\n
<<<
250 mx\r\n503 no\r\n503 no\r\n503 no\r\n503 no\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 5 LAST\r\nthree
<<<
250 ok\r\n250 ok\r\n250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "BDAT 0 LAST"
COMMAND "BDAT 0"
COMMAND "BDAT 3"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
COMMAND "BDAT 5 LAST"
MAIL_TEXT 1 "two\r\n"
MAIL_NONE 1
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 5 LAST"
MAIL_BEGIN 2
MAIL_TEXT 2 "three"
MAIL_DONE 2 smtp @4 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
