# RFC 3030 section 2: DATA between chunks is refused (503), and the chunks go on.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 3\r\noneDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n250 ok\r\n503 no\r\n
>>>
BDAT 3 LAST\r\ntwo
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 3"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
COMMAND "DATA"
COMMAND "BDAT 3 LAST"
MAIL_TEXT 1 "two"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
