# RFC 3986 section 3.2.1: user information ends at the last @ (a bare one in it is not valid, and is sent).
>>>
GET http://user:p@ss@a.example:8080/x HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://user:p@ss@a.example:8080/x"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://user:p@ss@a.example:8080/x" host="a.example" port=8080 reply=200 yes
