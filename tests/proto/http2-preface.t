# RFC 9113 section 3.4: not HTTP/1, asked of the server itself; nothing after it is a request.
>>>
PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "PRI" "*"
REQUEST_DONE 1 http "PRI" @1 depth=1 web target="*" error="not HTTP/1" reply=400 no
