# The ClientHello is missing: the ServerHello shows what it was.
--- gap client 200
<<<
\x16\x03\x03\x00*\x02\x00\x00&\x03\x03ssssssssssssssssssssssssssssssss\x00\x13\x01\x00
===
PROTOCOL tls
