# RFC 2920 section 3.1: DATA refused in a pipeline; no message has begun.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n550 no\r\n554 no valid recipients\r\n
>>>
RSET\r\nQUIT\r\n
<<<
250 ok\r\n221 bye\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
COMMAND "RSET"
COMMAND "QUIT"
REFUSAL helo="me" from="a@b" count=1 rejected=1 first="c@d" reply=554
