#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A mail through a proxy of the honeypot, and FTP's first words through another; both with a user
# and password.
# Usage: redact_call.py ADDRESS
import base64
import socket
import sys


def connect(port):
    s = socket.create_connection((sys.argv[1], port), 10)
    s.settimeout(10)
    return s, s.getsockname()[0]


def word(s, data=b"", end=b"\n"):
    s.sendall(data)
    said = b""
    while end not in said:
        more = s.recv(4096)
        assert more, said
        said += more
    return said


def http(s, target):
    key = base64.b64encode(b"proxyname:proxySecret")
    return word(s, b"CONNECT %s HTTP/1.1\r\nProxy-Authorization: Basic %s\r\n\r\n" % (target, key), b"\r\n\r\n")


s, me = connect(8080)
said = http(s, b"mx.example:25")
assert b" 200 " in said
if said.endswith(b"\r\n\r\n"):
    word(s)  # else the banner has come with it
text = (b"Subject: for called.person\r\nTo: called.person@rcpt.example\r\nReceived: from [%s]\r\n\r\nDear called.person,\r\n"
        b"http://x.example/%s\r\n.\r\n" % (me.encode(), base64.b64encode(b"called.person@rcpt.example")))
for line in (b"HELO [%s]\r\n" % me.encode(), b"MAIL FROM:<caller.mail@from.example>\r\n",
             b"RCPT TO:<called.person@rcpt.example>\r\n", b"DATA\r\n", text):
    said = word(s, line)
assert said.startswith(b"250"), said
s.close()

s, _ = connect(3128)
assert b" 200 " in http(s, b"ftp.example:21")
s.sendall(b"USER ftpuser\r\nPASS ftpSecret\r\n")
try:
    s.recv(100)
except OSError:
    pass
s.close()
