# Of a web server only its side: what it answered was no malformed request.
--- gap client 50
<<<
HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok
--- gap client 50
<<<
HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno
===
PROTOCOL http
