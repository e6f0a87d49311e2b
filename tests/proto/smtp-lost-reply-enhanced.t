# MAIL has no reply; the enhanced codes of the next ones are of recipients' addresses (RFC 3463 section 3.2).
<<<
220 mx ESMTP\r\n
>>>
EHLO a\r\n
<<<
250 mx\r\n
>>>
MAIL FROM:<a@b>\r\nRCPT TO:<e@f>\r\nRCPT TO:<g@h>\r\n
<<<
250 2.1.5 ok\r\n550 5.1.1 no\r\n
>>>
DATA\r\n
<<<
354 go\r\n
>>>
x\r\n.\r\n
<<<
250 queued\r\n
===
PROTOCOL smtp
COMMAND "EHLO a"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @6 helo="a" from="a@b" to="e@f" yes to="g@h" no count=1 rejected=1 ended reply=250
