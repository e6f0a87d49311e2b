# The greeting does not say what it is; the commands do.
<<<
220 hello\r\n
>>>
EHLO me\r\n
<<<
250 hello\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
