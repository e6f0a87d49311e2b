# The reply may name its own end by a name, too; the tunnel begins behind it.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x03\x0aMX.Example\x00\x19
<<<
\x05\x00\x00\x03\x05proxy\x00\x01220 mx ESMTP\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "MX.Example:25"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-smtp target="MX.Example:25" host="mx.example" port=25 reply=0 yes
PROTOCOL/1 smtp
