# The hello behind STARTTLS is lost, with the reply; what follows is encrypted.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nSTARTTLS\r\n
<<<
250 mx\r\n
--- gap server 8
--- gap client 200
>>>
\x17\x03\x03\x00\x04QUIT\r\nMAIL FROM:<a@b>\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "STARTTLS"
