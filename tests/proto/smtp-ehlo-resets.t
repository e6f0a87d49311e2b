# RFC 5321 section 4.1.4: a later EHLO is a RSET, if it is accepted.
<<<
220 mx ESMTP\r\n
>>>
EHLO one\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nEHLO two\r\nMAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nEHLO !\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n250 mx\r\n250 ok\r\n250 ok\r\n501 no\r\n354 go\r\n
>>>
.\r\n
<<<
250 ok\r\n
===
PROTOCOL smtp
COMMAND "EHLO one"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "EHLO two"
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "EHLO !"
COMMAND "DATA"
REFUSAL helo="one" from="a@b" count=1 rejected=0 first="c@d"
MAIL_BEGIN 1
COMMAND "."
MAIL_DONE 1 smtp @2 helo="two" from="e@f" to="g@h" yes count=1 ended reply=250
