# Paths as servers with loose parsing take them: phrases, brackets too many, blanks in front and inside; a
# parameter's brackets (RFC 4954 AUTH=<>) are none of the path's.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM: Ivan Petrov <ivan@example.com>\r\nRCPT TO:"Some, Name" <named@example.net>\r\nRCPT TO:b@example.net>\r\nRCPT TO: < c@example.net >\r\nRCPT TO:<<d@example.net>>\r\nRCPT TO:e@example.net AUTH=<>\r\nRCPT TO:postmaster AUTH=<>\r\nRCPT TO:<Last One <f@example.net>>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM: Ivan Petrov <ivan@example.com>"
COMMAND "RCPT TO:\"Some, Name\" <named@example.net>"
COMMAND "RCPT TO:b@example.net>"
COMMAND "RCPT TO: < c@example.net >"
COMMAND "RCPT TO:<<d@example.net>>"
COMMAND "RCPT TO:e@example.net AUTH=<>"
COMMAND "RCPT TO:postmaster AUTH=<>"
COMMAND "RCPT TO:<Last One <f@example.net>>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="ivan@example.com" to="named@example.net" yes to="b@example.net" yes to="c@example.net" yes to="d@example.net" yes to="e@example.net" yes to="postmaster" yes to="f@example.net" yes count=7 ended reply=250
