# RFC 4954 section 4: a lone asterisk cancels; the server says 501.
<<<
220 mx ESMTP\r\n
>>>
EHLO me\r\nAUTH CRAM-MD5\r\n
<<<
250 mx\r\n334 PDE+\r\n
>>>
*\r\n
<<<
501 cancelled\r\n
>>>
AUTH LOGIN dXNlcg==\r\n
<<<
504 no\r\n
>>>
QUIT\r\n
===
PROTOCOL smtp
COMMAND "EHLO me"
COMMAND "AUTH CRAM-MD5"
COMMAND "*"
COMMAND "AUTH LOGIN dXNlcg=="
LOGIN_DONE "LOGIN" user="user" reply=504 no
COMMAND "QUIT"
