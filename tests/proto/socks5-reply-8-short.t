# An old server sends no more than the code (8: address type not supported).
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x03\x01a\x00\x50
<<<
\x05\x08
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "a:80"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-other target="a:80" host="a" port=80 reply=8 no
