# DNP3 begins 05 64 on both sides: no SOCKS5, whose server answers with a method that was offered.
>>>
\x05\x64\x05\xc0\x01\x00\x00\x04\xe9\x21\%100{abcdefghij}
<<<
\x05\x64\x05\x40\x00\x04\x01\x00\xcf\x5a
===
