# A refused MAIL, then another; a MAIL inside a transaction is refused (503) and
# changes nothing (RFC 5321 section 4.1.4).
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<bad>\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nMAIL FROM:<e@f>\r\nDATA\r\n
<<<
250 mx\r\n553 no\r\n250 ok\r\n250 ok\r\n503 nested\r\n354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<bad>"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "MAIL FROM:<e@f>"
COMMAND "DATA"
REFUSAL helo="me" from="bad" count=0 rejected=0 reply=553
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
