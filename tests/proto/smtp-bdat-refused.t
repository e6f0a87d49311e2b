# RFC 3030 section 4.2, refused in a pipeline: nobody was accepted, so there is no message;
# nor behind one (section 2: after LAST, 503).
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 3 LAST\r\none
RSET\r\nMAIL FROM:<e@f>\r\nRCPT TO:<g@h>\r\nBDAT 3 LAST\r\ntwoBDAT 5 LAST\r\nthree
<<<
250 mx\r\n250 ok\r\n550 no\r\n554 no valid recipients\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 queued\r\n503 no\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "MAIL FROM:<a@b>"
COMMAND "RCPT TO:<c@d>"
COMMAND "BDAT 3 LAST"
MAIL_BEGIN 1
MAIL_TEXT 1 "one"
COMMAND "RSET"
COMMAND "MAIL FROM:<e@f>"
COMMAND "RCPT TO:<g@h>"
COMMAND "BDAT 3 LAST"
MAIL_BEGIN 2
MAIL_TEXT 2 "two"
COMMAND "BDAT 5 LAST"
MAIL_BEGIN 3
MAIL_TEXT 3 "three"
MAIL_NONE 1
REFUSAL helo="me" from="a@b" count=1 rejected=1 first="c@d" reply=554
MAIL_DONE 2 smtp @2 helo="me" from="e@f" to="g@h" yes count=1 ended reply=250
MAIL_NONE 3
