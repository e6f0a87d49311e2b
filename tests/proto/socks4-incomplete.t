# Answered before the user id has ended.
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07me
<<<
\x00\x5b\x00\x00\x00\x00\x00\x00
===
REQUEST 1 socks4 "CONNECT" "192.0.2.7:25"
PROTOCOL socks4
REQUEST_DONE 1 socks4 "CONNECT" @1 depth=1 error target="192.0.2.7:25" ip=192.0.2.7 port=25 error="incomplete SOCKS4 request" reply=91 no
