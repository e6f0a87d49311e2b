# RFC 7617: base64 of user:password; the password may hold a colon.
>>>
CONNECT mx.example:25 HTTP/1.1\r\n\r\n
<<<
HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 6\r\n\r\nHTTP/1
>>>
CONNECT mx.example:25 HTTP/1.1\r\nproxy-authorization:  bASIC dXNlcjpwYXNzOndvcmQ=\r\n\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n220 mx SMTP\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=407 no
REQUEST 2 http "CONNECT" "mx.example:25"
REQUEST_DONE 2 http "CONNECT" @3 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 user="user" password="pass:word" reply=200 yes
LOGIN_DONE "BASIC" user="user" password="pass:word" reply=200 yes
PROTOCOL/1 smtp
