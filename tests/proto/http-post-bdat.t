# BDAT in a body: no reply will ever be seen, the chunk is a mail all the same.
>>>
POST http://mx.example:25/ HTTP/1.0\r\nContent-Length: 74\r\n\r\n
EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nBDAT 4 LAST\r\nhi\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://mx.example:25/"
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
COMMAND/1 "MAIL FROM:<a@b.example>"
COMMAND/1 "RCPT TO:<c@d.example>"
COMMAND/1 "BDAT 4 LAST"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "hi\r\n"
MAIL_DONE/1 1 http @1 target="http://mx.example:25/" host="mx.example" port=25 helo="me" from="a@b.example" to="c@d.example" unknown count=1 ended
REQUEST_DONE 1 http "POST" @1 depth=1 connect-smtp target="http://mx.example:25/" host="mx.example" port=25 unknown
