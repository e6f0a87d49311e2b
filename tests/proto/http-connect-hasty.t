# The client does not wait for the reply; its bytes are the tunnel's all the same,
# and keep the time at which they came.
>>>
CONNECT mx.example:25 HTTP/1.0\r\n\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n
<<<
220 mx ESMTP\r\n250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
x\r\n.\r\n
<<<
250 ok\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
COMMAND/1 "MAIL FROM:<a@b.example>"
COMMAND/1 "RCPT TO:<c@d.example>"
COMMAND/1 "DATA"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "x\r\n"
COMMAND/1 "."
MAIL_DONE/1 1 http @2 target="mx.example:25" host="mx.example" port=25 helo="me" from="a@b.example" to="c@d.example" yes count=1 ended reply=250
