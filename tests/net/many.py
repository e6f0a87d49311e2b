#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Conversations that stay open until there is a line to read.
# Usage: many.py N
import resource, socket, sys
n = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (n + 100, n + 100))
all = []
for i in range(n):
    s = socket.create_connection(("198.51.100.%d" % (64 + i % 16), 25), 20)
    s.recv(200)
    s.sendall(b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
    all.append(s)
for s in all:
    s.sendall(b"Subject: x\r\n\r\n" + b"y" * 1000)
print("open", flush=True)
sys.stdin.readline()
for s in all:
    s.sendall(b"\r\n.\r\nQUIT\r\n")
for s in all:
    while s.recv(4000):
        pass
