# RFC 9110 section 9.3.2: a reply to HEAD has no body, whatever its header says.
>>>
HEAD http://a.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n
>>>
GET http://b.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "HEAD" "http://a.example/"
REQUEST_DONE 1 http "HEAD" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
REQUEST 2 http "GET" "http://b.example/"
REQUEST_DONE 2 http "GET" @3 depth=1 get target="http://b.example/" host="b.example" port=80 reply=404 no
