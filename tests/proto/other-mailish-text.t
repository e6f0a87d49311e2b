# Words that only begin like commands.
>>>
MAILBOX full\r\nMAIL to nobody\r\nHELO\r\n
===
