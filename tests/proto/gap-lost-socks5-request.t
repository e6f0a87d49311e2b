# The request is lost, but it was granted: what is inside is followed.
>>>
\x05\x01\x00
<<<
\x05\x00
--- gap client 6
>>>
x\x00\x19
<<<
\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5
REQUEST_DONE 1 socks5 @1 depth=1 error error="bytes of the request are missing in the capture" reply=0 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
