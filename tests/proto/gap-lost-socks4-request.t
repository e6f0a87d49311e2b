# The request is lost as a whole, but it was granted: what is inside is followed.
--- gap client 9
<<<
\x00\x5a\x00\x00\x00\x00\x00\x00220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
REQUEST 1 socks4
PROTOCOL socks4
REQUEST_DONE 1 socks4 @2 depth=1 error error="bytes of the request are missing in the capture" reply=90 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
