# The client asks for the same again: so it was refused.
>>>
CONNECT mx.example:25 HTTP/1.1\r\n\r\n
--- gap server 120
>>>
CONNECT mx.example:25 HTTP/1.1\r\nProxy-Authorization: Basic dTpw\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 unknown
REQUEST 2 http "CONNECT" "mx.example:25"
REQUEST_DONE 2 http "CONNECT" @3 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 user="u" password="p" reply=200 yes
LOGIN_DONE "BASIC" user="u" password="p" reply=200 yes
