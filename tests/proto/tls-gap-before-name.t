# Bytes of the ClientHello are missing before the name.
>>>
\x16\x03\x01\x00v\x01\x00\x00r\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x20iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii\x00\x02\x13\x01\x01\x00\x00'\x0a\x0a\x00\x03aa
<<<
\x16\x03\x03\x00*\x02\x00\x00&\x03\x03ssssssssssssssssssssssssssssssss\x00\x13\x01\x00
--- gap client 33
>>>
\x17\x03\x03\x00\x06secret
===
PROTOCOL tls
=== trace
layer: unknown -> tls
tls: HELLO -> OVER
