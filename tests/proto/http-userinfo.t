# RFC 3986 section 3.2.1: user information is not the host's.
>>>
GET http://u:p@www.example:81 HTTP/1.0\r\n\r\nGET HTTPS://[2001:db8::1]?q HTTP/1.0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://u:p@www.example:81"
REQUEST 2 http "GET" "HTTPS://[2001:db8::1]?q"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://u:p@www.example:81" host="www.example" port=81 unknown
REQUEST_DONE 2 http "GET" @1 depth=1 get target="HTTPS://[2001:db8::1]?q" ip=2001:db8::1 port=443 unknown
