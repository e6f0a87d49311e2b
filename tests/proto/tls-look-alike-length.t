# No ClientHello: more cipher suites than the message is long.
>>>
\x16\x03\x01\x00=\x01\x00\x009\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x00\xf0rrrrrrrrrrrrrrrrrrrr
<<<
\x16\x03\x03\x00*\x02\x00\x00&\x03\x03ssssssssssssssssssssssssssssssss\x00\x13\x01\x00
===
