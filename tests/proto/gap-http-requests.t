# A hole among pipelined requests: half a header is no request.
>>>
GET http://a.example/ HTTP/1.1\r\n\r\n
--- gap client 30
>>>
ample\r\nX: y z HTTP/1.1\r\n\r\nGET http://c.example/ HTTP/1.1\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST 2 http "GET" "http://c.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 unknown
REQUEST_DONE 2 http "GET" @3 depth=1 get target="http://c.example/" host="c.example" port=80 unknown
