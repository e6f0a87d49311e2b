#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A capture with the proxies' ports replaced by one that no rule names.
# Usage: on_odd_port.py CAPTURE NEW
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
at = 24
while at < len(data):
    n = struct.unpack_from("<I", data, at + 8)[0]
    tcp = at + 16 + 14 + (data[at + 16 + 14] & 15) * 4
    for o in tcp, tcp + 2:
        if struct.unpack_from("!H", data, o)[0] in (25, 80, 81, 1080, 3127, 3128, 3382, 4480, 6588, 8000, 8080):
            struct.pack_into("!H", data, o, 12345)
    at += 16 + n
open(sys.argv[2], "wb").write(data)
