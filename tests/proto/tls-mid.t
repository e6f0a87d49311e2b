# A capture that begins in mid-connection; nobody is waited for.
--- midstream
>>>
\x16\x03\x01\x00v\x01\x00\x00r\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x20iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii\x00\x02\x13\x01\x01\x00\x00'\x0a\x0a\x00\x03aaa\x00\x00\x00\x14\x00\x12\x00\x00\x0fWWW.Example.ORG\x00\x10\x00\x04aaaa
===
PROTOCOL tls
SERVER_NAME "www.example.org"
