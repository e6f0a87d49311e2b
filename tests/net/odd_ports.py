#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The captures made1 to made8 with other proxies' ports, and counts by port.
# Usage: odd_ports.py WORK
import struct, sys
def frames(data):
    at = 24
    while at < len(data):
        n = struct.unpack_from("<I", data, at + 8)[0]
        yield at, at + 16 + 14 + (data[at + 30] & 15) * 4
        at += 16 + n
for n in range(1, 9):
    data = bytearray(open("%s/made%d.pcap" % (sys.argv[1], n), "rb").read())
    ports = [struct.unpack_from("!HH", data, tcp) for _, tcp in frames(data)]
    with open("%s/count%d" % (sys.argv[1], n), "w") as out:
        print(sum(1080 not in p for p in ports), sum(8080 not in p for p in ports), file=out)
    for _, tcp in frames(data):
        for at in tcp, tcp + 2:
            if struct.unpack_from("!H", data, at)[0] == 1080:
                struct.pack_into("!H", data, at, 12345)
    open("%s/odd%d.pcap" % (sys.argv[1], n), "wb").write(data)
