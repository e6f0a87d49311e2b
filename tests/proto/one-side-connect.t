# SMTP in CONNECT, the client alone.
>>>
CONNECT mx.example:25 HTTP/1.0\r\n\r\n
--- gap server 53
>>>
EHLO me\r\n
--- gap server 20
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
--- gap server 24
>>>
x\r\n.\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
COMMAND/1 "MAIL FROM:<a@b>"
COMMAND/1 "RCPT TO:<c@d>"
COMMAND/1 "DATA"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "x\r\n"
COMMAND/1 "."
MAIL_DONE/1 1 http @5 target="mx.example:25" host="mx.example" port=25 helo="me" from="a@b" to="c@d" unknown count=1 ended
