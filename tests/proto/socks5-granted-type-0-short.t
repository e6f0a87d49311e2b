# The reply ends with an address type that does not exist.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x03\x0amx.example\x00\x19
<<<
\x05\x00\x00\x00
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "mx.example:25"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=0 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
