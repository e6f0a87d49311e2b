# RFC 1929.
>>>
\x05\x02\x00\x02
<<<
\x05\x02
>>>
\x01\x02me\x03pwd
<<<
\x01\x00
>>>
\x05\x01\x00\x03\x02mx\x00\x19
<<<
\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00
===
METHODS "\x00\x02"
PROTOCOL socks5
LOGIN user="me" password="pwd"
LOGIN_DONE "RFC1929" user="me" password="pwd" reply=0 yes
REQUEST 1 socks5 "CONNECT" "mx:25"
REQUEST_DONE 1 socks5 "CONNECT" @5 depth=1 connect-smtp target="mx:25" host="mx" port=25 user="me" password="pwd" reply=5 no
