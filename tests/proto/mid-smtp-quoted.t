# The capture begins inside a text that quotes a dialogue: nothing of it is a message; the mail after it is.
--- midstream
>>>
Look:\r\nEHLO fake\r\nMAIL FROM:<fake@a>\r\nRCPT TO:<fake@b>\r\nDATA\r\nquoted\r\n..\r\nQUIT\r\n
>>>
the end\r\n.\r\n
<<<
250 queued\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n354 go\r\n
>>>
x\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @6 from="a@b" to="c@d" yes count=1 ended reply=250
