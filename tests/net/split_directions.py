#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Each direction of a capture as a file of its own, as a tap gives them.
# Usage: split_directions.py CAPTURE THERE BACK
import struct, sys
data = open(sys.argv[1], "rb").read()
there, back = open(sys.argv[2], "wb"), open(sys.argv[3], "wb")
for out in there, back:
    out.write(data[:24])
at = 24
while at < len(data):
    n = struct.unpack_from("<I", data, at + 8)[0]
    frame = data[at + 16:at + 16 + n]
    ip = 14
    port = struct.unpack_from("!H", frame, ip + (frame[ip] & 15) * 4 + 2)[0]
    (there if port in (25, 80, 81, 1080, 3127, 3128, 3382, 4480, 6588, 8000, 8080) else back).write(data[at:at + 16 + n])
    at += 16 + n
