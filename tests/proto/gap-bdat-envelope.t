# MAIL and RCPT are in a hole: that BDAT has no envelope here says nothing.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
<<<
250 mx\r\n
--- gap client 40
--- gap server 16
>>>
BDAT 3 LAST\r\none
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "BDAT 3 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
MAIL_DONE 1 smtp @6 helo="me" count=0 ended
