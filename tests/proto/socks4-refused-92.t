>>>
\x04\x01\x00\x50\xc0\x00\x02\x07\x00
<<<
\x00\x5c\x00\x00\x00\x00\x00\x00
===
REQUEST 1 socks4 "CONNECT" "192.0.2.7:80"
PROTOCOL socks4
REQUEST_DONE 1 socks4 "CONNECT" @1 depth=1 connect-other target="192.0.2.7:80" ip=192.0.2.7 port=80 reply=92 no
