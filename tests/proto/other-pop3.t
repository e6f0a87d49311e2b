<<<
+OK ready\r\n
>>>
QUIT\r\n
<<<
+OK bye\r\n
===
