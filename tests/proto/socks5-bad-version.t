# A SOCKS4 request where SOCKS5 was agreed on.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07\x00
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5
REQUEST_DONE 1 socks5 @3 depth=1 error error="request does not begin with version 5" unknown
