# LOCAL (a health check) names nobody; its addresses are skipped.
>>>
\r\n\r\n\x00\r\nQUIT\n\x20\x11\x00\x0c\xc6\x33\x64\x4d\xc0\x00\x02\x01\xc8\x22\x00\x19
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
