# A hole in a header: there was a request, and it is not all known.
>>>
GET http://a.example/ HTTP/1.1\r\nUser-Agent: x\r\nHo
--- gap client 30
>>>
\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 error target="http://a.example/" host="a.example" port=80 agent="x" error="bytes of the request are missing in the capture" reply=200 yes
