# A hole in the mail in a POST.
>>>
POST http://mx.example:25/ HTTP/1.1\r\nContent-Length: 75\r\n\r\n
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\none\r\n
--- gap client 17
>>>
x\r\n.\r\nGET http://a.example/ HTTP/1.1\r\n\r\n
===
PROTOCOL http
REQUEST 1 http "POST" "http://mx.example:25/"
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
COMMAND/1 "MAIL FROM:<a@b>"
COMMAND/1 "RCPT TO:<c@d>"
COMMAND/1 "DATA"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "one\r\n"
MAIL_GAP/1 1 17
MAIL_TEXT/1 1 "x\r\n"
COMMAND/1 "."
MAIL_DONE/1 1 http @1 target="http://mx.example:25/" host="mx.example" port=25 helo="me" from="a@b" to="c@d" unknown count=1 missing=17 ended
REQUEST 2 http "GET" "http://a.example/"
REQUEST_DONE 1 http "POST" @1 depth=1 connect-smtp target="http://mx.example:25/" host="mx.example" port=25 unknown
REQUEST_DONE 2 http "GET" @3 depth=1 get target="http://a.example/" host="a.example" port=80 unknown
