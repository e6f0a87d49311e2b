#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# For client.t and report/proxied.t: one connection without a handshake, CONNECT to a mail server and EHLO in it.
# Usage: client.py FILE CLIENT-PORT SERVER-PORT [cut] [v6] [client-only] [server-only] [keepalive] [binary] [proxied]
import ipaddress
import struct
import sys

path, ports, words = sys.argv[1], [int(p) for p in sys.argv[2:4]], sys.argv[4:]
addresses = [ipaddress.ip_address(a) for a in (("2001:db8::7", "2001:db8::25") if "v6" in words else
                                               ("198.51.100.7", "192.0.2.25"))]
TALK = [(0, b"CONNECT mx.example:25 HTTP/1.0\r\n\r\n"), (1, b"HTTP/1.0 200 Connection established\r\n\r\n220 mx ESMTP\r\n"),
        (0, b"EHLO client.example\r\n"), (1, b"250 mx\r\n"), (0, b"MAIL FROM:<a@example.org>\r\n"), (1, b"250 ok\r\n"),
        (0, b"RCPT TO:<b@example.net>\r\n"), (1, b"250 ok\r\n"), (0, b"DATA\r\n"), (1, b"354 go\r\n"),
        (0, b"Subject: x\r\n\r\nbody\r\n.\r\n"), (1, b"250 queued\r\n")]
if "binary" in words: # what came before says nothing
    TALK = [(0, b"\x01\x02\x03"), (1, b"\x04\x06\x07\x08"), (0, b"\x01\x02\n"), (1, b"\x02\n")] + TALK
if "proxied" in words:
    TALK = [(0, b"PROXY TCP4 203.0.113.9 192.0.2.25 4711 25\r\n")] + TALK
out = open(path, "wb")
out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))
seq, clock = [1000, 5000], 1_700_000_000_000_000


def put(side, data, at):
    global clock
    clock += 1000
    ends = [addresses[side].packed, addresses[1 - side].packed]
    tcp = struct.pack(">HHIIBBHHH", ports[side], ports[1 - side], at, seq[1 - side], 0x50, 0x18, 65535, 0, 0) + data
    ip = (struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) if "v6" in words else
          struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0)) + ends[0] + ends[1]
    out.write(struct.pack("<IIII", clock // 1000000, clock % 1000000, len(ip + tcp), len(ip + tcp)) + ip + tcp)


if "keepalive" in words:
    put(0, b"\0", seq[0] - 1)
    clock += 30_000_000
for side, data in TALK:
    for piece in ([bytes([b]) for b in data] if "cut" in words else [data]):
        if not (side == 1 and "client-only" in words or side == 0 and "server-only" in words):
            put(side, piece, seq[side])
        seq[side] += len(piece)
out.close()
