# The same, the body in chunks (RFC 9112 section 7.1) with an extension and a trailer.
>>>
PUT http://mx.example:25/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n
f;a=b\r\nHELO me\r\nMAIL F\r\n
1b\r\nROM:<>\r\nRCPT TO:<c@d.e>\r\n\r\n\r\n
0\r\nX-Trailer: y\r\n\r\n
GET http://www.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "PUT" "http://mx.example:25/"
PROTOCOL/1 smtp
COMMAND/1 "HELO me"
COMMAND/1 "MAIL FROM:<>"
COMMAND/1 "RCPT TO:<c@d.e>"
COMMAND/1 ""
REFUSAL/1 helo="me" count=1 rejected=0 first="c@d.e"
REQUEST 2 http "GET" "http://www.example/"
REQUEST_DONE 1 http "PUT" @1 depth=1 connect-smtp target="http://mx.example:25/" host="mx.example" port=25 reply=502 no
REQUEST_DONE 2 http "GET" @1 depth=1 get target="http://www.example/" host="www.example" port=80 unknown
