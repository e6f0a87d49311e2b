# DATA, the 354 and the beginning of the text are lost.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\n
<<<
250 mx\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<c@d>\r\n
<<<
250 ok\r\n
--- gap client 16
--- gap server 14
>>>
xt\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
MAIL_BEGIN 1
MAIL_GAP 1 10
MAIL_TEXT 1 "xt\r\n"
COMMAND "."
MAIL_DONE 1 smtp @10 helo="me" from="a@b" to="c@d" yes count=1 missing=10 ended reply=250
