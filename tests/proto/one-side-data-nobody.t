# DATA without MAIL and RCPT, and no reply in sight: a server must have refused it (RFC 5321
# section 4.1.4), so what follows are commands.
>>>
EHLO me\r\nDATA\r\nx\r\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "DATA"
COMMAND "x"
COMMAND "."
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "DATA"
MAIL_BEGIN 1
MAIL_TEXT 1 "x\r\n"
COMMAND "."
MAIL_DONE 1 smtp @1 helo="me" from="a@b" to="c@d" unknown count=1 ended
