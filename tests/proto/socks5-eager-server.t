# The server answers what it was not asked yet: the answers wait for the questions.
>>>
\x05\x01\x00
<<<
\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00
>>>
\x05\x01\x00\x03\x02mx\x00\x19
<<<
220 mx ESMTP\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "mx:25"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-smtp target="mx:25" host="mx" port=25 reply=0 yes
PROTOCOL/1 smtp
