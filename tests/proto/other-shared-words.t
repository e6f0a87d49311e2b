# QUIT, NOOP and DATA alone are many protocols' words.
>>>
NOOP\r\nDATA\r\nQUIT\r\n
<<<
ok\r\n
>>>
MAIL FROM:<a@b>\r\n
===
