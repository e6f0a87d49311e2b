# Section 2.2: PROXY, TCP over IPv4, 15 bytes: addresses, ports and a TLV that is skipped.
>>>
\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0f\xc6\x33\x64\x4d\xc0\x00\x02\x01\xc8\x22\x04\x38\x04\x00\x00\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x03\x0amx.example\x00\x19
<<<
\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00
===
PROXIED 198.51.100.77 51234
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "mx.example:25"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=0 yes
