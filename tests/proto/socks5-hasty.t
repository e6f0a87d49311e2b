# All at once, as hasty clients do; each message keeps the time of its own packet.
>>>
\x05\x01\x02\x01\x01u\x01p
>>>
\x05\x01\x00\x03\x02mx\x00\x19
>>>
EHLO me\r\n
<<<
\x05\x02\x01\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00220 mx ESMTP\r\n250 mx\r\n
===
METHODS "\x02"
PROTOCOL socks5
LOGIN user="u" password="p"
LOGIN_DONE "RFC1929" user="u" password="p" reply=0 yes
REQUEST 1 socks5 "CONNECT" "mx:25"
REQUEST_DONE 1 socks5 "CONNECT" @2 depth=1 connect-smtp target="mx:25" host="mx" port=25 user="u" password="p" reply=0 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
