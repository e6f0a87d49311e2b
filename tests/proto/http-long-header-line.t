# The rest of a line beyond CONVERSATION_LINE_MAX is no header of its own.
>>>
POST http://a.example/ HTTP/1.1\r\nX: \%16381{y}Content-Length: 50\r\nContent-Length: 3\r\n\r\nabc
GET http://b.example/ HTTP/1.1\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://a.example/"
REQUEST 2 http "GET" "http://b.example/"
REQUEST_DONE 1 http "POST" @1 depth=1 get target="http://a.example/" host="a.example" port=80 unknown
REQUEST_DONE 2 http "GET" @1 depth=1 get target="http://b.example/" host="b.example" port=80 unknown
