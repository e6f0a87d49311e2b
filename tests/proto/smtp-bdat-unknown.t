# A server that does not know BDAT (500): no message, though it would have had an envelope.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n
>>>
BDAT 3 LAST\r\none
<<<
500 what\r\n
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
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 3 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
MAIL_NONE 1
COMMAND "DATA"
MAIL_BEGIN 2
MAIL_TEXT 2 "two\r\n"
COMMAND "."
MAIL_DONE 2 smtp @6 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
