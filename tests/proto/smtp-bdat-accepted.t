# What the server said decides: it has taken a text without MAIL and RCPT, so that is a
# message; an empty one for nobody is none all the same.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nBDAT 3 LAST\r\noneBDAT 0 LAST\r\n
<<<
250 mx\r\n250 queued\r\n250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "BDAT 3 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
COMMAND "BDAT 0 LAST"
MAIL_DONE 1 smtp @2 helo="me" count=0 ended reply=250
