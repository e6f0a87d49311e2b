# RFC 3207: the TLS after an accepted STARTTLS is not parsed, in either direction.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nSTARTTLS\r\n
<<<
250 mx\r\n220 go\r\n250 no reply\r\n
>>>
\x16\x03\x01\x00\x20MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "STARTTLS"
