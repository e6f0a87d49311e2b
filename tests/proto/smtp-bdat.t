# RFC 3030: chunks are joined unchanged, dots and all.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n
>>>
BDAT 5\r\n.\r\n..
<<<
250 5 octets\r\n
>>>
BDAT 9 LAST\r\n\r\nQUIT\r\n\n
<<<
250 queued\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 5"
MAIL_BEGIN 1
MAIL_TEXT 1 ".\r\n.."
COMMAND "BDAT 9 LAST"
MAIL_TEXT 1 "\r\nQUIT\r\n\n"
MAIL_DONE 1 smtp @4 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
COMMAND "QUIT"
