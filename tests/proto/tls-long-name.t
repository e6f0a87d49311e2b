# RFC 1035 section 2.3.4: a name has 255 bytes at most.
>>>
\x16\x03\x01\x01d\x01\x00\x01`\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x00\x02\x13\x01\x01\x00\x015\x00\x00\x011\x01/\x00\x01,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
<<<
\x16\x03\x03\x00*\x02\x00\x00&\x03\x03ssssssssssssssssssssssssssssssss\x00\x13\x01\x00
===
PROTOCOL tls
LIMIT "TLS server name too long"
