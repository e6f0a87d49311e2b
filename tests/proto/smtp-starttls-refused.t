<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\n
<<<
250 mx\r\n454 not now\r\n250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "STARTTLS"
COMMAND "MAIL FROM:<a@b>"
REFUSAL helo="me" from="a@b" count=0 rejected=0
