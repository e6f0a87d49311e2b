# An appliance that decrypts shows plain text after an accepted STARTTLS: no TLS record comes, so it is read on.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nSTARTTLS\r\n
<<<
250 mx\r\n220 go\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
x\r\n.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "STARTTLS"
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @4 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
