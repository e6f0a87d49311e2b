# RFC 5321 section 4.2.1: many lines are one reply, the last one without a hyphen.
<<<
220-mx ESMTP\r\n220-354 no\r\n220 ok\r\n
>>>
EHLO me\r\n
<<<
250-mx\r\n250-SIZE 1\r\n250\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
550-no\r\n550 no\r\n
>>>
DATA\r\n
<<<
503-no\r\n503 no MAIL\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "DATA"
COMMAND "QUIT"
REFUSAL helo="me" from="a@b" count=0 rejected=0 reply=503
