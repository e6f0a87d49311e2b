# Two requests come one after the other before the first reply: each keeps its time.
>>>
CONNECT a.example:25 HTTP/1.1\r\n\r\n
>>>
CONNECT b.example:25 HTTP/1.1\r\n\r\n
>>>
CONNECT c.example:25 HTTP/1.1\r\n
>>>
\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
<<<
HTTP/1.1 200 OK\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "a.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="a.example:25" host="a.example" port=25 reply=200 yes
PROTOCOL/1 http
REQUEST/1 2 http "CONNECT" "b.example:25"
REQUEST_DONE/1 2 http "CONNECT" @2 depth=2 connect-smtp target="b.example:25" host="b.example" port=25 reply=200 yes
PROTOCOL/2 http
REQUEST/2 3 http "CONNECT" "c.example:25"
REQUEST_DONE/2 3 http "CONNECT" @4 depth=3 connect-smtp target="c.example:25" host="c.example" port=25 reply=200 yes
