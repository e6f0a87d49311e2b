# The server_name extension is missing, or there are no extensions at all.
>>>
\x16\x03\x01\x00-\x01\x00\x00)\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x00\x02\x13\x01\x01\x00
<<<
\x16\x03\x03\x00*\x02\x00\x00&\x03\x03ssssssssssssssssssssssssssssssss\x00\x13\x01\x00
===
PROTOCOL tls
=== trace
layer: unknown -> tls
tls: HELLO -> OVER
