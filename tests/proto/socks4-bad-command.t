# No such command: an error, as the server says so in SOCKS4.
>>>
\x04\x07\x00\x19\xc0\x00\x02\x07\x00
<<<
\x00\x5b\x00\x00\x00\x00\x00\x00
===
REQUEST 1 socks4 "192.0.2.7:25"
PROTOCOL socks4
REQUEST_DONE 1 socks4 @1 depth=1 error target="192.0.2.7:25" ip=192.0.2.7 port=25 error="unknown SOCKS4 command" reply=91 no
