# Old firewalls overwrite the greeting and the first command; HELO after it shows what it is.
<<<
220 ****************\r\n
>>>
XXXX me\r\n
<<<
500 unknown\r\n
>>>
HELO me\r\nMAIL FROM:<a@b>\r\n
<<<
250 mx\r\n250 ok\r\n
===
PROTOCOL smtp
COMMAND "XXXX me"
COMMAND "HELO me"
COMMAND "MAIL FROM:<a@b>"
REFUSAL helo="me" from="a@b" count=0 rejected=0
