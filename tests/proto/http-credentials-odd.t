# No colon, no base64, another scheme, and none at all: no credentials.
>>>
GET http://a.example/ HTTP/1.1\r\nProxy-Authorization: Basic dXNlcg==\r\n\r\n
GET http://b.example/ HTTP/1.1\r\nProxy-Authorization: Basic !!\r\n\r\n
GET http://c.example/ HTTP/1.1\r\nProxy-Authorization: Bearer dTpw\r\n\r\n
GET http://d.example/ HTTP/1.1\r\nProxy-Authorization: Basic OnA=\r\n\r\n
GET http://e.example/ HTTP/1.1\r\nAuthorization: Basic dTpw\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "GET" "http://a.example/"
REQUEST 2 http "GET" "http://b.example/"
REQUEST 3 http "GET" "http://c.example/"
REQUEST 4 http "GET" "http://d.example/"
REQUEST 5 http "GET" "http://e.example/"
REQUEST_DONE 1 http "GET" @1 depth=1 get target="http://a.example/" host="a.example" port=80 unknown
LOGIN_DONE "BASIC"
REQUEST_DONE 2 http "GET" @1 depth=1 get target="http://b.example/" host="b.example" port=80 unknown
LOGIN_DONE "BASIC"
REQUEST_DONE 3 http "GET" @1 depth=1 get target="http://c.example/" host="c.example" port=80 unknown
LOGIN_DONE "BEARER"
REQUEST_DONE 4 http "GET" @1 depth=1 get target="http://d.example/" host="d.example" port=80 password="p" unknown
LOGIN_DONE "BASIC" password="p"
REQUEST_DONE 5 http "GET" @1 depth=1 get target="http://e.example/" host="e.example" port=80 unknown
