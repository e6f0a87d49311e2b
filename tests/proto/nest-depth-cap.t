# CONVERSATION_DEPTH_MAX proxies are followed; the one behind them is a request, no more.
>>>
CONNECT p2:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p3:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p4:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p5:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p6:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p7:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p8:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p9:1 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
>>>
CONNECT p10:25 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n220 x ESMTP\r\n
>>>
CONNECT p11:25 HTTP/1.0\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "p2:1"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-other target="p2:1" host="p2" port=1 reply=200 yes
PROTOCOL/1 http
REQUEST/1 2 http "CONNECT" "p3:1"
REQUEST_DONE/1 2 http "CONNECT" @3 depth=2 connect-other target="p3:1" host="p3" port=1 reply=200 yes
PROTOCOL/2 http
REQUEST/2 3 http "CONNECT" "p4:1"
REQUEST_DONE/2 3 http "CONNECT" @5 depth=3 connect-other target="p4:1" host="p4" port=1 reply=200 yes
PROTOCOL/3 http
REQUEST/3 4 http "CONNECT" "p5:1"
REQUEST_DONE/3 4 http "CONNECT" @7 depth=4 connect-other target="p5:1" host="p5" port=1 reply=200 yes
PROTOCOL/4 http
REQUEST/4 5 http "CONNECT" "p6:1"
REQUEST_DONE/4 5 http "CONNECT" @9 depth=5 connect-other target="p6:1" host="p6" port=1 reply=200 yes
PROTOCOL/5 http
REQUEST/5 6 http "CONNECT" "p7:1"
REQUEST_DONE/5 6 http "CONNECT" @11 depth=6 connect-other target="p7:1" host="p7" port=1 reply=200 yes
PROTOCOL/6 http
REQUEST/6 7 http "CONNECT" "p8:1"
REQUEST_DONE/6 7 http "CONNECT" @13 depth=7 connect-other target="p8:1" host="p8" port=1 reply=200 yes
PROTOCOL/7 http
REQUEST/7 8 http "CONNECT" "p9:1"
REQUEST_DONE/7 8 http "CONNECT" @15 depth=8 connect-other target="p9:1" host="p9" port=1 reply=200 yes
PROTOCOL/8 http
REQUEST/8 9 http "CONNECT" "p10:25"
REQUEST_DONE/8 9 http "CONNECT" @17 depth=9 connect-smtp target="p10:25" host="p10" port=25 reply=200 yes
LIMIT/8 "proxies nested too deep to follow"
