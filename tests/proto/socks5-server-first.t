# The server speaks first, so it is not SOCKS5.
<<<
+OK ready\r\n
>>>
\x05\x01\x00
===
