# A line with a method's name is not HTTP unless somebody says so.
>>>
GET lost\r\n
<<<
ERROR unknown command\r\n
>>>
GET http://a.example/ HTTP/1.1\r\n\r\n
===
