#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A part of hostile.t.
import os, select, socket, struct, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(("a0", 3))
ours = s.getsockname()[4]
theirs = bytes.fromhex(os.environ["MAC"].replace(":", ""))

def checksum(data):
    data += bytes(len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)

def segment(src, dst, sport, dport, seq, ack, flags, data=b"", window=65535, smac=ours, dmac=theirs, bad=False):
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, window, 0, 0) + data
    if ":" in src:
        pair = socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst)
        ip, kind = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + pair, b"\x86\xdd"
    else:
        pair = socket.inet_aton(src) + socket.inet_aton(dst)
        ip, kind = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + pair, b"\x08\0"
        ip = ip[:10] + checksum(ip) + ip[12:]
    right = checksum(pair + struct.pack("!HH", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + (bytes(b ^ 0x55 for b in right) if bad else right) + tcp[18:]
    return dmac + smac + kind + ip + tcp

def answers(seconds, sport):
    """The honeypot's segments to this port: the frame, seq, ack, flags, window."""
    out, end = [], time.monotonic() + seconds
    while select.select([s], [], [], max(0, end - time.monotonic()))[0]:
        f, facts = s.recvfrom(65536)
        at = {b"\x08\0": 34, b"\x86\xdd": 54}.get(f[12:14])
        if facts[2] != 4 and at and len(f) >= at + 20 and struct.unpack_from("!H", f, at + 2)[0] == sport:
            seq, ack, _, flags, window = struct.unpack_from("!IIBBH", f, at + 4)
            out.append((f, seq, ack, flags, window))
    return out
