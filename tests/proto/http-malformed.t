# Malformed requests of a client that speaks HTTP; a proxy answers 400.
>>>
CONNECT mx.example HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
>>>
CONNECT mx.example:99999 HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
>>>
GET http://a.example/a b c HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
>>>
GET HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
>>>
G@T / HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 error target="mx.example" host="mx.example" error="CONNECT target without a port" reply=400 no
REQUEST 2 http "CONNECT" "mx.example:99999"
REQUEST_DONE 2 http "CONNECT" @3 depth=1 error target="mx.example:99999" error="CONNECT target is not host:port" reply=400 no
REQUEST 3 http "GET" "http://a.example/a"
REQUEST_DONE 3 http "GET" @5 depth=1 error target="http://a.example/a" host="a.example" port=80 error="blanks in the target" reply=400 no
REQUEST 4 http "GET"
REQUEST_DONE 4 http "GET" @7 depth=1 error error="no target in the request line" reply=400 no
REQUEST 5 http "G@T" "/"
REQUEST_DONE 5 http "G@T" @9 depth=1 error target="/" error="method is not a token" reply=400 no
