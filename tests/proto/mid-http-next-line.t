# In mid-conversation the line after a request line confirms it: a header, or the empty line.
--- midstream
>>>
-xyz\r\nGET http://a.example/ HTTP/1.0\r\nHost: a.example\r\n\r\n
<<<
HTTP/1.0 204 No\r\n\r\n
>>>
CONNECT b.example:25 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 403 No\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=204 yes
REQUEST 2 http "CONNECT" "b.example:25"
REQUEST_DONE 2 http "CONNECT" @3 depth=1 connect-smtp target="b.example:25" host="b.example" port=25 reply=403 no
