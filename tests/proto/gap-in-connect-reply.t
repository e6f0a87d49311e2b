# The status line is seen, the rest of the header and the greeting are not.
>>>
CONNECT mx.example:25 HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nVia: 
--- gap server 60
>>>
EHLO me\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
