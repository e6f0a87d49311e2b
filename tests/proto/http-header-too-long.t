# More header than CONVERSATION_HEAD_MAX: an error, and no memory for it.
>>>
GET http://a.example/ HTTP/1.1\r\n\%9000{X: yyyyy\r\n}\r\n
<<<
HTTP/1.1 431 Too Large\r\nContent-Length: 0\r\n\r\n
===
LIMIT "HTTP header too long"
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 error target="http://a.example/" host="a.example" port=80 error="header too long" reply=431 no
