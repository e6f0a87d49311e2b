# RFC 9110 section 9.3.6: a 2xx makes a tunnel; what is spoken in it is SMTP.
>>>
CONNECT mx.example:25 HTTP/1.1\r\n
Host: mx.example:25\r\n
User-Agent: spam/1.0\r\n
\r\n
<<<
HTTP/1.1 200 Connection established\r\n\r\n
<<<
220 mx.example ESMTP\r\n
>>>
EHLO me\r\n
<<<
250-mx.example\r\n250 PIPELINING\r\n
>>>
MAIL FROM:<a@b.example>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<c@d.example>\r\n
<<<
250 ok\r\n
>>>
DATA\r\n
<<<
354 go\r\n
>>>
Subject: x\r\n\r\nhello\r\n.\r\n
<<<
250 queued\r\n
>>>
QUIT\r\n
<<<
221 bye\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "mx.example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="mx.example:25" host="mx.example" port=25 agent="spam/1.0" reply=200 yes
PROTOCOL/1 smtp
COMMAND/1 "EHLO me"
COMMAND/1 "MAIL FROM:<a@b.example>"
COMMAND/1 "RCPT TO:<c@d.example>"
COMMAND/1 "DATA"
MAIL_BEGIN/1 1
MAIL_TEXT/1 1 "Subject: x\r\n\r\nhello\r\n"
COMMAND/1 "."
MAIL_DONE/1 1 http @10 target="mx.example:25" host="mx.example" port=25 helo="me" from="a@b.example" to="c@d.example" yes count=1 ended reply=250
COMMAND/1 "QUIT"
