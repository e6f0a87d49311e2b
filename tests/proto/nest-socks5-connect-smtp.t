# SMTP in CONNECT in SOCKS5: the mail is the innermost proxy's.
>>>
\x05\x01\x00
<<<
\x05\x00
>>>
\x05\x01\x00\x01\xc0\x00\x02\x07\x1f\x90
<<<
\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00
>>>
CONNECT mx.example:25 HTTP/1.0\r\n\r\n
<<<
HTTP/1.0 200 OK\r\n\r\n220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
x\r\n.\r\n
<<<
250 ok\r\n
===
METHODS "\x00"
PROTOCOL socks5
REQUEST 1 socks5 "CONNECT" "192.0.2.7:8080"
REQUEST_DONE 1 socks5 "CONNECT" @3 depth=1 connect-other target="192.0.2.7:8080" ip=192.0.2.7 port=8080 reply=0 yes
PROTOCOL/1 http
REQUEST/1 2 http "CONNECT" "mx.example:25"
REQUEST_DONE/1 2 http "CONNECT" @5 depth=2 connect-smtp target="mx.example:25" host="mx.example" port=25 reply=200 yes
PROTOCOL/2 smtp
COMMAND/2 "HELO me"
COMMAND/2 "MAIL FROM:<a@b>"
COMMAND/2 "RCPT TO:<c@d>"
COMMAND/2 "DATA"
MAIL_BEGIN/2 1
MAIL_TEXT/2 1 "x\r\n"
COMMAND/2 "."
MAIL_DONE/2 1 http @7 target="mx.example:25" host="mx.example" port=25 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
