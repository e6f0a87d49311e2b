# RFC 1928 section 3: ff, none of them; the client must close.
>>>
\x05\x01\x80
<<<
\x05\xff
===
METHODS "\x80"
PROTOCOL socks5
REQUEST 1 socks5
REQUEST_DONE 1 socks5 @1 depth=1 error error="no acceptable authentication method" unknown
