# RFC 9112 section 5.2: a line that begins with a blank continues the header line before it.
>>>
CONNECT mx.example:25 HTTP/1.0\r\nProxy-Authorization:\r\n Basic\r\n\tdTpw\r\nUser-Agent: a\r\n b\r\n\r\n
<<<
HTTP/1.0 403 no\r\nContent-Length:\r\n  4\r\n\r\nno\r\n
>>>
CONNECT mx2.example:25 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 ok\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 user="u" password="p" agent="a b" reply=403 no
LOGIN_DONE "BASIC" user="u" password="p" reply=403 yes
REQUEST 2 http "CONNECT" "mx2.example:25"
REQUEST_DONE 2 http "CONNECT" @3 depth=1 connect-smtp target="mx2.example:25" host="mx2.example" port=25 reply=200 yes
