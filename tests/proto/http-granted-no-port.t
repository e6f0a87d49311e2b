# A request that the proxy grants is followed, however malformed: CONNECT without a port.
>>>
CONNECT mx.example HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 error target="mx.example" host="mx.example" error="CONNECT target without a port" reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
