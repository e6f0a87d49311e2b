# What is encrypted is nothing to us; no further request.
>>>
CONNECT www.example:443 HTTP/1.1\r\nHost: www.example:443\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
>>>
\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00
<<<
\x16\x03\x03\x00\x02\x02\x00
>>>
\x17\x03\x03\x00\x04GET \n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "www.example:443"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-other target="www.example:443" host="www.example" port=443 reply=200 yes
