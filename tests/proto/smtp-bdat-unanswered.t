# Chunks for nobody, and not one reply in sight: no message, whether empty, finished,
# left by RSET or cut by the end.
>>>
EHLO me\r\nBDAT 0 LAST\r\nBDAT 0 LAST\r\nBDAT 1\r\nxRSET\r\nBDAT 1 LAST\r\nyBDAT 9 LAST\r\nz
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "BDAT 0 LAST"
COMMAND "BDAT 0 LAST"
COMMAND "BDAT 1"
MAIL_BEGIN 1
MAIL_TEXT 1 "x"
COMMAND "RSET"
COMMAND "BDAT 1 LAST"
MAIL_BEGIN 2
MAIL_TEXT 2 "y"
COMMAND "BDAT 9 LAST"
MAIL_BEGIN 3
MAIL_TEXT 3 "z"
MAIL_NONE 1
MAIL_NONE 2
MAIL_NONE 3
