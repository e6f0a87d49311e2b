# A form posted to port 25 is no mail, and a request in a body is no request.
>>>
POST http://mx.example:25/ HTTP/1.1\r\nContent-Length: 38\r\n\r\nGET http://www.example/ HTTP/1.0\r\n\r\n\r\n
POST http://mx.example:25/ HTTP/1.1\r\nContent-Length: 7\r\n\r\na=b&c=d
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://mx.example:25/"
REQUEST 2 http "POST" "http://mx.example:25/"
REQUEST_DONE 1 http "POST" @1 depth=1 get target="http://mx.example:25/" host="mx.example" port=25 reply=200 yes
REQUEST_DONE 2 http "POST" @1 depth=1 get target="http://mx.example:25/" host="mx.example" port=25 reply=200 yes
