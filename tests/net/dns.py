#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Every name has the address 203.0.113.80 (and only IPv4); the scripts look some up.
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("198.51.100.1", 53))
while True:
    q, peer = s.recvfrom(2000)
    end = q.index(b"\0", 12) + 5
    a = q[end - 4:end - 2] == b"\0\1"
    r = q[:2] + b"\x81\x80\0\1" + (b"\0\1" if a else b"\0\0") + b"\0\0\0\0" + q[12:end]
    if a:
        r += b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([203, 0, 113, 80])
    s.sendto(r, peer)
