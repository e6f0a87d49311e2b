# A first line without an end is nobody's protocol.
>>>
GET http://a.example/\%20000{y} HTTP/1.1\r\n\r\n
===
