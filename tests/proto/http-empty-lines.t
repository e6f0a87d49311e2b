# RFC 9112 section 2.2: empty lines before a request line are no requests.
>>>
\r\n\n\r\nGET http://a.example/ HTTP/1.0\r\n\r\n\r\n\r\nGET http://b.example/ HTTP/1.0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST 2 http "GET" "http://b.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 unknown
REQUEST_DONE 2 http "GET" @1 depth=1 get target="http://b.example/" host="b.example" port=80 unknown
