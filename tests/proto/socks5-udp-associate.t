# No tunnel: the datagrams go another way.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00
<<<
\x05\x00\x00\x01\xc0\x00\x02\x01\x30\x39
>>>
HELO x\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "UDP ASSOCIATE" "0.0.0.0:0"
REQUEST_DONE 1 socks5 "UDP ASSOCIATE" @3 depth=1 connect-other target="0.0.0.0:0" ip=0.0.0.0 reply=0 yes
