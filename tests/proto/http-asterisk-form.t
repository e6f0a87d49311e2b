# RFC 9112 section 3.2.4: for OPTIONS only.
>>>
OPTIONS * HTTP/1.1\r\nHost: www.example\r\n\r\nGET * HTTP/1.1\r\nHost: www.example\r\n\r\n
<<<
HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "OPTIONS" "*"
REQUEST 2 http "GET" "*"
REQUEST_DONE 1 http "OPTIONS" @1 depth=1 web target="*" host="www.example" port=80 reply=204 yes
REQUEST_DONE 2 http "GET" @1 depth=1 error target="*" error="target is neither a path nor a URI" reply=400 no
