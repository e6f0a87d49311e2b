# Answered before the user id has ended.
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07me
<<<
\x00\x5b\x00\x00\x00\x00\x00\x00
===
REQUEST 1 socks4
PROTOCOL socks4
REQUEST_DONE 1 socks4 @1 depth=1 error error="incomplete SOCKS4 request" reply=91 no
