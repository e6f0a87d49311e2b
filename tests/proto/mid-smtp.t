# The capture begins inside a text that never shows its end; the next mail is whole.
--- midstream
>>>
lf a line of text\r\nwith nothing in it\r\n.\r\n
<<<
250 queued\r\n
>>>
MAIL FROM:<a@b>\r\n
<<<
250 ok\r\n
>>>
RCPT TO:<c@d>\r\n
<<<
550 no\r\n
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
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @7 from="a@b" to="c@d" no count=0 rejected=1 ended reply=250
