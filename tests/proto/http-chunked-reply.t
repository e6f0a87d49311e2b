# Chunked wins over a length (RFC 9112 section 6.3), and ends after its trailer.
>>>
GET http://a.example/ HTTP/1.1\r\n\r\nGET http://b.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: gzip, chunked\r\n\r\nA\r\n0123456789\r\n00B;x\r\n\r\n0\r\n\r\nHTTP/\r\n0\r\nT: u\r\n\r\n
HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n
>>>
GET http://c.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST 2 http "GET" "http://b.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
REQUEST_DONE 2 http "GET" @1 depth=1 get target="http://b.example/" host="b.example" port=80 reply=304 yes
REQUEST 3 http "GET" "http://c.example/"
REQUEST_DONE 3 http "GET" @3 depth=1 get target="http://c.example/" host="c.example" port=80 reply=200 yes
