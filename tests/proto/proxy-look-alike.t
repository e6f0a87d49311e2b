# Another family: no header, but a line that an HTTP server refuses.
>>>
PROXY TCP5 198.51.100.77 192.0.2.1 51234 8080\r\nGET http://a.example/ HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 400 Bad Request\r\n\r\n
===
PROTOCOL http
REQUEST 1 http
REQUEST_DONE 1 http @1 depth=1 error error="not an HTTP request line" reply=400 no
