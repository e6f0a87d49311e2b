# RFC 3207: nothing after an accepted STARTTLS is parsed, in either direction.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nSTARTTLS\r\n
<<<
250 mx\r\n220 go\r\n250 no reply\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "STARTTLS"
