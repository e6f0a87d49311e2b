# A CONNECT behind a GET: the tunnel opens with the second reply.
>>>
GET http://a.example/ HTTP/1.1\r\n\r\nCONNECT mx.example:25 HTTP/1.1\r\n\r\nEHLO me\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n220 HTTP/1.1 200 OK\r\n\r\n220 mx ESMTP\r\n250 mx\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST 2 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
REQUEST_DONE 2 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
