# Bodies are stepped over by their length, so that what is in them is no reply.
>>>
GET http://www.example/ HTTP/1.1\r\nHost: www.example\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\nHTTP/1.1 500 No\r\n\r\n
>>>
GET http://www.example:8080/a?b HTTP/1.1\r\nHost: www.example:8080\r\n\r\n
<<<
HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno
>>>
GET ftp://ftp.example/f HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 302 Found\r\nLocation: x\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://www.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://www.example/" host="www.example" port=80 reply=200 yes
REQUEST 2 http "GET" "http://www.example:8080/a?b"
REQUEST_DONE 2 http "GET" @3 depth=1 get target="http://www.example:8080/a?b" host="www.example" port=8080 reply=404 no
REQUEST 3 http "GET" "ftp://ftp.example/f"
REQUEST_DONE 3 http "GET" @5 depth=1 get target="ftp://ftp.example/f" host="ftp.example" port=21 reply=302 yes
