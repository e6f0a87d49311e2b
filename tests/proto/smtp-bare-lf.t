# Lines that end in LF alone, as tools send them: kept as sent.
<<<
220 mx ESMTP\n
>>>
HELO me\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n
<<<
250 mx\n250 ok\n250 ok\n354 go\n
>>>
one\n..two\n\n.\nQUIT\n
<<<
250 ok\n221 bye\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "one\n.two\n\n"
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes count=1 ended reply=250
COMMAND "QUIT"
