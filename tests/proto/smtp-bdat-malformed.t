# No size: the server says so, and no chunk follows.
<<<
220 mx ESMTP\r\n
>>>
BDAT\r\nBDAT x LAST\r\nQUIT\r\n
<<<
501 no\r\n501 no\r\n221 bye\r\n
===
PROTOCOL smtp
COMMAND "BDAT"
COMMAND "BDAT x LAST"
COMMAND "QUIT"
