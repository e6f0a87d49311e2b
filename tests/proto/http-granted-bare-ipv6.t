# ... with an IPv6 address without brackets.
>>>
CONNECT 2001:db8::25:25 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "2001:db8::25:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 error target="2001:db8::25:25" ip=2001:db8::25 port=25 error="CONNECT target is not host:port" reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
