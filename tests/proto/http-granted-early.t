# Granted before the empty line, which never comes.
>>>
CONNECT mx.example:25 HTTP/1.0\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 error target="mx.example:25" host="mx.example" port=25 error="granted before its header was complete" reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
