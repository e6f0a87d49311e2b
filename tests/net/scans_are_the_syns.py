#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# scans.csv is what was sent: every SYN that led to no connection, and no other.
# Usage: scans_are_the_syns.py CAPTURE ROWS
import collections, csv, ipaddress, struct, sys
data, at, sent = open(sys.argv[1], "rb").read(), 24, collections.Counter()
connections = {(r["src_ip"], r["src_port"], r["dst_ip"], r["dst_port"])
               for r in csv.DictReader(open(sys.argv[2] + "/connections.csv"))}
while at < len(data):
    have, = struct.unpack_from("<8xI", data, at)
    f = data[at + 16:at + 16 + have]
    at += 16 + have
    if f[12:14] != b"\x08\0" or f[23] != 6 or f[47] & 0x17 != 2:
        continue
    src, dst = (str(ipaddress.ip_address(a)) for a in (f[26:30], f[30:34]))
    sport, dport = struct.unpack_from("!HH", f, 34)
    if (src, str(sport), dst, str(dport)) not in connections:
        sent[src, dst, str(dport)] += 1
told = collections.Counter()
for r in csv.DictReader(open(sys.argv[2] + "/scans.csv")):
    told[r["src_ip"], r["dst_ip"], r["dst_port"]] += int(r["syns"])
for what, n in (("not told", sent - told), ("not sent", told - sent)):
    for key in n:
        print(what, n[key], *key)
print(len(connections), "connections,", sum(sent.values()), "other SYNs")
sys.exit(sent != told or len(connections) != 2 or sum(sent.values()) < 533)
