# The header comes first, then the server's greeting.
>>>
PROXY TCP6 2001:db8::7 2001:db8::1 51234 25\r\n
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\n
===
PROXIED 2001:db8::7 51234
PROTOCOL smtp
COMMAND "EHLO me"
