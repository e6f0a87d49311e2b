# RFC 5321 section 4.1.2: quoted local parts, source routes, parameters; and what tools
# leave out.
<<<
220 mx ESMTP\r\n
>>>
HELO me\r\nMAIL FROM:<"a> b\\"c"@d> BODY=8BITMIME\r\nRCPT TO:<@x,@y:e@f>\r\nRCPT TO:g@h NOTIFY=NEVER\r\nRCPT  TO :  <i@j>\r\nRCPT TO:<k@l\r\nRCPT TO:\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n501 no\r\n354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "HELO me"
COMMAND "MAIL FROM:<\"a> b\\\"c\"@d> BODY=8BITMIME"
COMMAND "RCPT TO:<@x,@y:e@f>"
COMMAND "RCPT TO:g@h NOTIFY=NEVER"
COMMAND "RCPT  TO :  <i@j>"
COMMAND "RCPT TO:<k@l"
COMMAND "RCPT TO:"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @2 helo="me" from="\"a> b\\\"c\"@d" to="@x,@y:e@f" yes to="g@h" yes to="i@j" yes to="k@l" yes to="" no count=4 rejected=1 ended reply=250
