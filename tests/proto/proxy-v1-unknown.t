# UNKNOWN names nobody, and the rest of the line is ignored.
>>>
PROXY UNKNOWN ffff:f...f:ffff 1 2 3\r\nGET http://a.example/ HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
