# BIND is answered twice: the port waits, the peer has come.  Then the tunnel.
>>>
\x04\x02\x00\x15\xc0\x00\x02\x07\x00
<<<
\x00\x5a\x30\x39\xc0\x00\x02\x01
<<<
\x00\x5a\x00\x14\xc0\x00\x02\x07220 mx ESMTP\r\n
===
REQUEST 1 socks4 "BIND" "192.0.2.7:21"
PROTOCOL socks4
REQUEST_DONE 1 socks4 "BIND" @1 depth=1 connect-other target="192.0.2.7:21" ip=192.0.2.7 port=21 reply=90 yes
PROTOCOL/1 smtp
