# A user id that is not printable.
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07\x01\xff\x00
<<<
\x00\x5a\x00\x00\x00\x00\x00\x00220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
REQUEST 1 socks4 "CONNECT" "192.0.2.7:25"
PROTOCOL socks4
REQUEST_DONE 1 socks4 "CONNECT" @1 depth=1 error target="192.0.2.7:25" ip=192.0.2.7 port=25 user="\x01\xff" error="malformed SOCKS4 request" reply=90 yes
LOGIN_DONE "USERID" user="\x01\xff" reply=90 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
