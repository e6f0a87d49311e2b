>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x02\x00\x00\x00\x00\x00\x19
<<<
\x05\x08\x00\x01\x00\x00\x00\x00\x00\x00
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 error error="unknown SOCKS5 address type" reply=8 no
