# proxy-protocol.txt section 2.1: the header, then what it is in front of.
>>>
PROXY TCP4 198.51.100.77 192.0.2.1 51234 8080\r\nCONNECT mx.example:25 HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
===
PROXIED 198.51.100.77 51234
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
