# 05 01 00 may be anything; the server does not speak SOCKS5, so it is nothing.
>>>
\x05\x01\x00
<<<
\x04hello
>>>
\x05\x01\x00\x03\x02mx\x00\x19
===
