# After 101 both sides speak something else (RFC 9110 section 15.2.2): no more requests.
>>>
GET http://a.example/ HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n
<<<
HTTP/1.1 101 Switching Protocols\r\n\r\n
>>>
\x81\x05hello GET http://b.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=101 yes
