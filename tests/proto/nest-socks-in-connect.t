>>>
CONNECT p.example:1080 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07\x00
<<<
\x00\x5a\x00\x00\x00\x00\x00\x00220 mx SMTP\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "p.example:1080"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-other target="p.example:1080" host="p.example" port=1080 reply=200 yes
REQUEST/1 2 socks4 "CONNECT" "192.0.2.7:25"
PROTOCOL/1 socks4
REQUEST_DONE/1 2 socks4 "CONNECT" @3 depth=2 connect-smtp target="192.0.2.7:25" ip=192.0.2.7 port=25 reply=90 yes
PROTOCOL/2 smtp
