# Family 0x21: TCP over IPv6.
>>>
\r\n\r\n\x00\r\nQUIT\n\x21\x21\x00\x24\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\xc8\x22\x00\x50GET http://a.example/ HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
===
PROXIED 2001:db8::7 51234
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
