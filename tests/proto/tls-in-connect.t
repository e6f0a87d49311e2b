# In a tunnel: the layer inside is TLS, the connection stays HTTP.
>>>
CONNECT\x20www.example.org:443\x20HTTP/1.1\x0d\x0a\x0d\x0a
<<<
HTTP/1.1\x20200\x20OK\x0d\x0a\x0d\x0a
>>>
\x16\x03\x01\x00v\x01\x00\x00r\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x20iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii\x00\x02\x13\x01\x01\x00\x00'\x0a\x0a\x00\x03aaa\x00\x00\x00\x14\x00\x12\x00\x00\x0fWWW.Example.ORG\x00\x10\x00\x04aaaa
<<<
\x16\x03\x03\x00*\x02\x00\x00&\x03\x03ssssssssssssssssssssssssssssssss\x00\x13\x01\x00
===
PROTOCOL http
REQUEST 1 http "CONNECT" "www.example.org:443"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-other target="www.example.org:443" host="www.example.org" port=443 reply=200 yes
PROTOCOL/1 tls
SERVER_NAME/1 "www.example.org"
=== trace
layer: unknown -> http
http client: START -> HEADER
http client: HEADER -> START
http client: START -> TUNNEL_WAIT
http server: START -> HEADER
http client: TUNNEL_WAIT -> SKIP
http server: HEADER -> SKIP
layer/1: unknown -> tls
tls/1: HELLO -> OVER
