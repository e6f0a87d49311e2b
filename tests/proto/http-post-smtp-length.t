# SMTP in the body of a POST to port 25 is a mail; no reply to it will be seen.
>>>
POST http://mx.example:25/ HTTP/1.1\r\nHost: mx.example:25\r\nContent-Length: 87\r\n\r\n
RSET\r\nHELO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nhi\r\n..x\r\n.\r\nQUIT\r\n
<<<
HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n220 x
>>>
GET http://www.example/ HTTP/1.1\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://mx.example:25/"
PROTOCOL/1 smtp
COMMAND/1 "RSET"
COMMAND/1 "HELO me"
COMMAND/1 "MAIL FROM:<a@b.example>"
COMMAND/1 "RCPT TO:<c@d.example>"
COMMAND/1 "DATA"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "hi\r\n.x\r\n"
COMMAND/1 "."
MAIL_DONE/1 1 http @1 target="http://mx.example:25/" host="mx.example" port=25 helo="me" from="a@b.example" to="c@d.example" unknown count=1 ended
COMMAND/1 "QUIT"
REQUEST_DONE 1 http "POST" @1 depth=1 connect-smtp target="http://mx.example:25/" host="mx.example" port=25 reply=200 yes
REQUEST 2 http "GET" "http://www.example/"
REQUEST_DONE 2 http "GET" @3 depth=1 get target="http://www.example/" host="www.example" port=80 unknown
