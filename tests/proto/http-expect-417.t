# RFC 9110 section 10.1.1: refused by 417, the body is not sent; the next request follows.
>>>
POST http://a.example/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n
<<<
HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n
>>>
CONNECT mx.example:25 HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://a.example/x"
REQUEST_DONE 1 http "POST" @1 depth=1 get target="http://a.example/x" host="a.example" port=80 reply=417 no
REQUEST 2 http "CONNECT" "mx.example:25"
REQUEST_DONE 2 http "CONNECT" @3 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
