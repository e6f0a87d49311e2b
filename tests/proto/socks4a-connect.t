# 4a: the address 0.0.0.x says that a name follows.
>>>
\x04\x01\x1f\x90\x00\x00\x00\x01\x00Www.Example\x00
<<<
\x00\x5a\x00\x00\x00\x00\x00\x00
>>>
GET / HTTP/1.1\r\nHost: www.example:8080\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
===
REQUEST 1 socks4a "CONNECT" "Www.Example:8080"
PROTOCOL socks4a
REQUEST_DONE 1 socks4a "CONNECT" @1 depth=1 connect-other target="Www.Example:8080" host="www.example" port=8080 reply=90 yes
PROTOCOL/1 http
REQUEST/1 2 http "GET" "/"
REQUEST_DONE/1 2 http "GET" @3 depth=2 web target="/" host="www.example" port=8080 reply=200 yes
