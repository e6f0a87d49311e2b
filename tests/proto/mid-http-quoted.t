# A request line quoted in another protocol (memcached) is followed by no header.
--- midstream
>>>
set a 0 0 14\r\nGET / HTTP/1.0\r\nget a\r\nquit\r\n
===
