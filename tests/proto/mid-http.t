# In the middle of a body; the next request is found.
--- midstream
>>>
&c=d\r\nx y z\r\nGET http://a.example/ HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=200 yes
