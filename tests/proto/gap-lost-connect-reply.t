# The reply to CONNECT is lost; the greeting waits until the client goes on.
>>>
CONNECT mx.example:25 HTTP/1.0\r\n\r\n
--- gap server 39
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
