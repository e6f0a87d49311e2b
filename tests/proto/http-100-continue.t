# RFC 9110 section 15.2: any number of interim replies, then the one that counts.
>>>
POST http://a.example/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n
<<<
HTTP/1.1 100 Continue\r\n\r\n
>>>
abc
<<<
HTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://a.example/"
REQUEST_DONE 1 http "POST" @1 depth=1 get target="http://a.example/" host="a.example" port=80 reply=417 no
