# Scanners stop here: the server is a proxy, but no target was named.
>>>
\x05\x01\x00
<<<
\x05\x00
--- close client
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5
REQUEST_DONE 1 socks5 @1 depth=1 error error="no request after the greeting" unknown
