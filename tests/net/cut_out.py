#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Of a capture: before.pcap and behind.pcap without the middle, and both as lossy.pcap.
# Usage: cut_out.py CAPTURE WORK
import struct, sys
data, at, ends = open(sys.argv[1], "rb").read(), 24, [24]
while at < len(data):
    at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    ends.append(at)
n = len(ends) - 1
for name, first, last in ("before", 0, n * 2 // 5), ("behind", n * 3 // 5, n):
    open("%s/%s.pcap" % (sys.argv[2], name), "wb").write(data[:24] + data[ends[first]:ends[last]])
with open(sys.argv[2] + "/lossy.pcap", "wb") as out: # both, as one
    out.write(data[:24] + data[ends[0]:ends[n * 2 // 5]] + data[ends[n * 3 // 5]:ends[n]])
