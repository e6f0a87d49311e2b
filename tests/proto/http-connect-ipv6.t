# RFC 3986 section 3.2.2: an IPv6 literal stands in brackets.
>>>
CONNECT [2001:DB8::7]:25 HTTP/1.1\r\nHost: [2001:db8::7]:25\r\n\r\n
<<<
HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "[2001:DB8::7]:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="[2001:DB8::7]:25" ip=2001:db8::7 port=25 reply=503 no
