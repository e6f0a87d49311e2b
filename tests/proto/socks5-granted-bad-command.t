# A command that does not exist, granted.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x09\x00\x01\xc0\x00\x02\x07\x00\x19
<<<
\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "192.0.2.7:25"
REQUEST_DONE 1 socks5 @3 depth=1 error target="192.0.2.7:25" ip=192.0.2.7 port=25 error="unknown SOCKS5 command" reply=0 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
