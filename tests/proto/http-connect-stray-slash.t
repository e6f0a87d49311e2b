# Old spam tools put " /" before the version.
>>>
CONNECT 192.0.2.7:25 / HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 Connection established\r\n\r\n220 x SMTP\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "192.0.2.7:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="192.0.2.7:25" ip=192.0.2.7 port=25 reply=200 yes
PROTOCOL/1 smtp
