>>>
\x05\x01\x02
<<<
\x05\x02
>>>
\x01\x02me\x03pwd
<<<
\x01\x01
>>>
\x05\x01\x00\x03\x02mx\x00\x19
===
METHODS "\x02"
PROTOCOL socks5
LOGIN user="me" password="pwd"
LOGIN_DONE "RFC1929" user="me" password="pwd" reply=1 no
REQUEST 1 socks5
REQUEST_DONE 1 socks5 @3 depth=1 error user="me" password="pwd" error="user and password refused, no request" unknown
