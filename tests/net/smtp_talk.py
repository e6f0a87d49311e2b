#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Two words of the server: its banner, and, once there is a line to read, what it says to a text.
import socket, sys
s = socket.create_connection(("198.51.100.200", 25), 10)
f = s.makefile("rwb")
print(f.readline().decode().strip(), flush=True)
sys.stdin.readline()
for line in b"HELO a", b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@d.example>", b"DATA", b"Subject: x\r\n\r\nx\r\n.":
    f.write(line + b"\r\n")
    f.flush()
    word = f.readline()
print(word.decode().strip(), flush=True)
