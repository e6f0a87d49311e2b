<<<
220 mx ESMTP\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 ok\r\n250 ok\r\n354 go\r\n
>>>
\%20000{y}\r\n.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "\%20000{y}\r\n"
COMMAND "."
MAIL_DONE 1 smtp @2 from="a@b" to="c@d" yes count=1 ended reply=250
