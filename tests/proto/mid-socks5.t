# The handshake is missing, and the greeting is there: what follows it shows that it is one.
--- midstream
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x03\x02mx\x00\x19
<<<
\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "mx:25"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-smtp target="mx:25" host="mx" port=25 reply=0 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
