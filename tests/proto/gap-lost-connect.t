# The CONNECT is lost as a whole, but it was granted: what is inside is followed.
--- gap client 40
<<<
HTTP/1.0 200 Connection established\r\n\r\n
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROTOCOL http
REQUEST 1 http
REQUEST_DONE 1 http @2 depth=1 error error="bytes of the request are missing in the capture" reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
