# A hole in a body of known length changes nothing but itself.
>>>
POST http://a.example/ HTTP/1.1\r\nContent-Length: 10\r\n\r\n01
--- gap client 6
>>>
89GET http://b.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n
--- gap server 10
<<<
HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://a.example/"
REQUEST 2 http "GET" "http://b.example/"
REQUEST_DONE 1 http "POST" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
REQUEST_DONE 2 http "GET" @3 depth=1 get target="http://b.example/" host="b.example" port=80 reply=201 yes
