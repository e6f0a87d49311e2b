# RFC 5321; the second mail begins anew, its envelope is its own.
<<<
220 mx ESMTP\r\n
>>>
HELO me.example\r\n
<<<
250 mx\r\n
>>>
mail from: <A@b.example> SIZE=12\r\n
<<<
250 ok\r\n
>>>
Rcpt To:<c@D.example>\r\n
<<<
251 forwarded\r\n
>>>
data\r\n
<<<
354 go\r\n
>>>
one\r\n.\r\n
<<<
250 ok\r\n
>>>
MAIL FROM:<>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<e@f.example>\r\n
<<<
250 ok\r\n
>>>
DATA\r\n
<<<
354 go\r\n
>>>
.\r\n
<<<
554 no\r\n
>>>
QUIT\r\n
<<<
221 bye\r\n
===
PROTOCOL smtp
COMMAND "HELO me.example"
COMMAND "mail from: <A@b.example> SIZE=12"
COMMAND "Rcpt To:<c@D.example>"
COMMAND "data"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\r\n"
COMMAND "."
MAIL_DONE 1 smtp @8 helo="me.example" from="A@b.example" to="c@D.example" yes count=1 ended reply=250
COMMAND "MAIL FROM:<>"
COMMAND "RCPT TO:<e@f.example>"
COMMAND "DATA"
MAIL_BEGIN 2
COMMAND "."
MAIL_DONE 2 smtp @16 helo="me.example" from="" to="e@f.example" yes count=1 ended reply=554
COMMAND "QUIT"
