# HTTP/0.9 has no version and no header; a server of today says so.
>>>
GET /\r\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "/"
REQUEST_DONE 1 http "GET" @1 depth=1 web target="/" error="no HTTP version in the request line" reply=400 no
