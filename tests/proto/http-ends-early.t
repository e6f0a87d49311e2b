>>>
GET http://a.example/ HTTP/1.1\r\nHost: a.
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 error target="http://a.example/" host="a.example" port=80 error="header ends early" unknown
