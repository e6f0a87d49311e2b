# Both replies lost; what the client says next shows what they were.
>>>
\x05\x01\x02
--- gap server 2
>>>
\x01\x01u\x01p
--- gap server 2
>>>
\x05\x01\x00\x03\x02mx\x00\x19
--- gap server 10
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
===
METHODS "\x02"
LOGIN user="u" password="p"
REQUEST 1 socks5 "CONNECT" "mx:25"
PROTOCOL socks5
REQUEST_DONE 1 socks5 "CONNECT" @5 depth=1 connect-smtp target="mx:25" host="mx" port=25 user="u" password="p" yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
