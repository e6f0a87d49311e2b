#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SYNs that nobody will go on with: from hosts that are not there.
import socket, struct, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("a0", 0))
mac = bytes.fromhex(sys.argv[1].replace(":", "")) + s.getsockname()[4]

def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)

def syn(source, port, to, dport, isn):
    pair = socket.inet_aton(source) + socket.inet_aton(to)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 44, 0, 0, 64, 6, 0) + pair
    tcp = struct.pack("!HHIIBBHHHI", port, dport, isn, 0, 0x60, 2, 1024, 0, 0, 0x020405b4)
    ip = ip[:10] + checksum(ip) + ip[12:]
    tcp = tcp[:16] + checksum(pair + struct.pack("!HH", 6, len(tcp)) + tcp) + tcp[18:]
    s.send(mac + b"\x08\0" + ip + tcp)

for _ in range(3):  # one client, three times, as clients do
    syn("203.0.113.1", 4000, "198.51.100.70", 25, 77)
    time.sleep(0.1)
for _ in range(20):  # more often than any client
    syn("203.0.113.2", 4000, "198.51.100.70", 8080, 78)
for i in range(5):  # the same port with another number
    syn("203.0.113.3", 4000, "198.51.100.70", 1080, 1000 * i)
for i in range(300):  # over its rate: not answered
    syn("203.0.113.4", 1025 + i, "198.51.100.70", 25, i)
for i in range(1, 200):
    syn("192.0.2.%d" % i, 5000, "198.51.100.%d" % (64 + i % 16), (25, 80, 1080, 3128)[i % 4], i)
