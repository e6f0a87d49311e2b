# RFC 9112 section 3.2.1: the target is a path, the host is in Host.
>>>
GET /index.html HTTP/1.1\r\nHost: Www.Example:8080\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\nall of the rest is the body\r\nHTTP/1.1 400 No\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "/index.html"
REQUEST_DONE 1 http "GET" @1 depth=1 web target="/index.html" host="www.example" port=8080 reply=200 yes
