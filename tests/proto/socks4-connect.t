# 04 01 port address user-id 00, and eight bytes back.
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07me\x00
<<<
\x00\x5a\x00\x00\x00\x00\x00\x00
<<<
220 mx ESMTP\r\n
>>>
QUIT\r\n
===
REQUEST 1 socks4 "CONNECT" "192.0.2.7:25"
PROTOCOL socks4
REQUEST_DONE 1 socks4 "CONNECT" @1 depth=1 connect-smtp target="192.0.2.7:25" ip=192.0.2.7 port=25 user="me" reply=90 yes
LOGIN_DONE "USERID" user="me" reply=90 yes
PROTOCOL/1 smtp
COMMAND/1 "QUIT"
