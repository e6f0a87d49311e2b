# The reply comes before the header is complete (RFC 9110 section 15.5.9: 408).
>>>
GET http://a.example/ HTTP/1.1\r\nHost: a.
<<<
HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 error target="http://a.example/" host="a.example" port=80 error="answered before the request was complete" reply=408 no
