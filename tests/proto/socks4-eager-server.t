# The answer is there before the question; it waits for it.
<<<
\x00
>>>
\x04\x01\x00\x19\xc0\x00\x02\x07\x00
<<<
\x5a\x00\x00\x00\x00\x00\x00220 x SMTP\r\n
===
REQUEST 1 socks4 "CONNECT" "192.0.2.7:25"
PROTOCOL socks4
REQUEST_DONE 1 socks4 "CONNECT" @2 depth=1 connect-smtp target="192.0.2.7:25" ip=192.0.2.7 port=25 reply=90 yes
PROTOCOL/1 smtp
