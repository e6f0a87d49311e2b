# A mail that IMAP stores quotes a command; nobody answers it, and no other command follows.
--- midstream
>>>
A004 APPEND INBOX {30}\r\nSubject: a\r\n\r\nMAIL FROM:<a@b>\r\n\r\nA005 LOGOUT\r\n
===
