# The client's bytes are anything (here TLS); the server's 400 says that it speaks HTTP.
>>>
\x16\x03\x01\x00\x08\x01\x00\x00\x04
>>>
\x03\x03\x00\x00
<<<
HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno
===
PROTOCOL http
REQUEST 1 http
REQUEST_DONE 1 http @2 depth=1 error error="not an HTTP request" reply=400 no
