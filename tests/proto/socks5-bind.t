# RFC 1928 section 6: two replies; the tunnel opens with the second.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x02\x00\x01\xc0\x00\x02\x07\x00\x15
<<<
\x05\x00\x00\x01\xc0\x00\x02\x01\x30\x39
<<<
\x05\x00\x00\x01\xc0\x00\x02\x07\x00\x14
>>>
GET http://a.example/ HTTP/1.0\r\n\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "BIND" "192.0.2.7:21"
REQUEST_DONE 1 socks5 "BIND" @3 depth=1 connect-other target="192.0.2.7:21" ip=192.0.2.7 port=21 reply=0 yes
PROTOCOL/1 http
REQUEST/1 2 http "GET" "http://a.example/"
REQUEST_DONE/1 2 http "GET" @6 depth=2 get target="http://a.example/" host="a.example" port=80 unknown
