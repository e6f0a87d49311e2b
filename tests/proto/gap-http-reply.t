# A hole over the end of a body: the next reply's first line is the foothold.
>>>
GET http://a.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123
--- gap server 40
<<<
ntent-Length: 0\r\n\r\n
>>>
GET http://b.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
REQUEST 2 http "GET" "http://b.example/"
REQUEST_DONE 2 http "GET" @5 depth=1 get target="http://b.example/" host="b.example" port=80 reply=404 no
