# The same with its server, whose answer is no reply of SMTP.
--- midstream
>>>
A004 APPEND INBOX {30}\r\nSubject: a\r\n\r\nMAIL FROM:<a@b>\r\n\r\n
<<<
A004 OK Append completed.\r\n
>>>
A005 LOGOUT\r\n
===
