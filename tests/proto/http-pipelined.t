# RFC 9112 section 9.3.2: replies come in the order of the requests.
>>>
GET http://a.example/ HTTP/1.1\r\n\r\nHEAD http://b.example/ HTTP/1.1\r\n\r\n
POST http://c.example/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nGET 
GET http://d.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n
HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\nHTTP/1.1 410 Gone\r\n\r\nrest
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST 2 http "HEAD" "http://b.example/"
REQUEST 3 http "POST" "http://c.example/"
REQUEST 4 http "GET" "http://d.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
REQUEST_DONE 2 http "HEAD" @1 depth=1 get target="http://b.example/" host="b.example" port=80 reply=200 yes
REQUEST_DONE 3 http "POST" @1 depth=1 get target="http://c.example/" host="c.example" port=80 reply=201 yes
REQUEST_DONE 4 http "GET" @1 depth=1 get target="http://d.example/" host="d.example" port=80 reply=410 no
