# In the middle of a body; the reply to what was not seen makes no request of it.
--- midstream
>>>
GET away\r\nx y z\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
>>>
a=b\r\nGET http://a.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @3 depth=1 get target="http://a.example/" host="a.example" port=80 reply=404 no
