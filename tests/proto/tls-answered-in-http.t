# A web server that speaks no TLS: by its answer this is HTTP, and malformed.
>>>
\x16\x03\x01\x00v\x01\x00\x00r\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x20iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii\x00\x02\x13\x01\x01\x00\x00'\x0a\x0a\x00\x03aaa\x00\x00\x00\x14\x00\x12\x00\x00\x0fWWW.Example.ORG\x00\x10\x00\x04aaaa
<<<
HTTP/1.1\x20400\x20Bad\x20Request\x0d\x0aContent-Length:\x200\x0d\x0a\x0d\x0a
===
PROTOCOL http
REQUEST 1 http
REQUEST_DONE 1 http @1 depth=1 error error="not an HTTP request line" reply=400 no
