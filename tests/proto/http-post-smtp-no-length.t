# Without a length the body goes on to the end of the connection.
>>>
POST http://192.0.2.1:25/ HTTP/1.0\r\n\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@f.example>\r\nDATA\r\nhi\r\n
--- close client
<<<
HTTP/1.0 200 OK\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://192.0.2.1:25/"
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
COMMAND/1 "MAIL FROM:<a@b.example>"
COMMAND/1 "RCPT TO:<c@d.example>"
COMMAND/1 "RCPT TO:<e@f.example>"
COMMAND/1 "DATA"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "hi\r\n"
MAIL_DONE/1 1 http @2 target="http://192.0.2.1:25/" ip=192.0.2.1 port=25 helo="me" from="a@b.example" to="c@d.example" unknown to="e@f.example" unknown count=2
REQUEST_DONE 1 http "POST" @1 depth=1 connect-smtp target="http://192.0.2.1:25/" ip=192.0.2.1 port=25 reply=200 yes
