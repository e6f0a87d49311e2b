#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Every frame of a capture has its line in the audit log, and goes to the attacker.
# Usage: wire_audit.py CAPTURE AUDIT...
import collections, fileinput, ipaddress, struct, sys

def frames(path):
    data = open(path, "rb").read()
    at = 24
    while at < len(data):
        _, _, have, wire = struct.unpack_from("<IIII", data, at)
        yield data[at + 16:at + 16 + have], wire
        at += 16 + have

def facts(frame, wire):
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == 0x0806:
        return (str(ipaddress.ip_address(frame[38:42])), 0, str(ipaddress.ip_address(frame[28:32])), 0, "arp", wire)
    if kind == 0x0800:
        src, dst, proto, at = frame[26:30], frame[30:34], frame[23], 14 + (frame[14] & 15) * 4
    else:
        src, dst, proto, at = frame[22:38], frame[38:54], frame[20], 54
    src, dst = str(ipaddress.ip_address(src)), str(ipaddress.ip_address(dst))
    if proto == 58:
        return (dst, 0, src, 0, "nd", wire)
    if proto != 6:
        return (dst, 0, src, 0, "protocol %d" % proto, wire)
    sport, dport = struct.unpack_from("!HH", frame, at)
    flags = "".join(c for i, c in enumerate("FSRPAU") if frame[at + 13] >> i & 1)
    return (dst, dport, src, sport, flags, wire)

seen = collections.Counter(facts(f, n) for f, n in frames(sys.argv[1]))
told = collections.Counter()
for line in fileinput.input(sys.argv[2:]):
    _, peer, pport, us, port, flags, n = line.split()
    told[(peer, int(pport), us, int(port), flags, int(n))] += 1
bad = [f for f in seen if f[0] not in ("198.51.100.1", "2001:db8:1::1")]
for f in bad:
    print("to a stranger:", f)
for f, n in (seen - told).items():
    print("not in the audit log:", n, f)
for f, n in (told - seen).items():
    print("not on the wire:", n, f)
print(sum(seen.values()), "frames")
sys.exit(seen != told or bool(bad) or not seen)
