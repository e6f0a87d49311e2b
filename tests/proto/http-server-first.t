# A server that sends HTTP before the request came (a time-out, say) hides nothing of what follows.
<<<
HTTP/1.0 408 Request Timeout\r\nContent-Length: 2\r\n\r\nno
>>>
CONNECT mx.example:25 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @2 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
