>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x03\x14mx
<<<
\x05\x01\x00\x01\x00\x00\x00\x00\x00\x00
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5
REQUEST_DONE 1 socks5 @3 depth=1 error error="incomplete SOCKS5 request" reply=1 no
