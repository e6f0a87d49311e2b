# RFC 2033 section 4.2: after the text a reply for each recipient that was accepted, in their order.
<<<
220 mx LMTP\r\n
>>>
LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<no@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n
<<<
250 mx\r\n250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n
>>>
.\r\nMAIL FROM:<g@h>\r\n
<<<
250 c\r\n452 full\r\n250 g\r\n
===
PROTOCOL smtp
COMMAND "LHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "RCPT TO:<no@d>"
COMMAND "RCPT TO:<e@f>"
COMMAND "DATA"
MAIL_BEGIN 1
COMMAND "."
COMMAND "MAIL FROM:<g@h>"
MAIL_DONE 1 smtp @2 helo="me" from="a@b" to="c@d" yes to="no@d" no to="e@f" no count=1 rejected=2 ended reply=250
REFUSAL helo="me" from="g@h" count=0 rejected=0
