# One header only: a second one is what it is in front of, and no protocol that is known.
>>>
PROXY TCP4 198.51.100.77 192.0.2.1 51234 8080\r\nPROXY TCP4 198.51.100.78 192.0.2.1 51234 8080\r\nEHLO me\r\n
<<<
what?\r\n
===
PROXIED 198.51.100.77 51234
