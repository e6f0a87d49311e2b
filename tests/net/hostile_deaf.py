#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A part of hostile.t.
# A window of zero, and chunks of nothing for ever; then the bytes that were acknowledged.
import time

from raw import answers, s, segment
import sys
ME, BAIT, PORT = "203.0.113.9", "198.51.100.68", 4000
s.send(segment(ME, BAIT, PORT, 25, 99, 0, 2, window=0))
_, seq, _, flags, _ = answers(0.5, PORT)[0]
say = lambda at, data: s.send(segment(ME, BAIT, PORT, 25, at, seq + 1, 0x18, data, window=0))
say(100, b"HELO x\r\n")
block, at, until = b"BDAT 0 LAST\r\n" * 110, 108, time.monotonic() + float(sys.argv[1])
windows = []
while time.monotonic() < until:
    for i in range(20):
        say(at + i * len(block), block)
    for _, _, ack, _, window in answers(0.02, PORT):
        at = max(at, ack)
        windows.append(window)
print(at - 100, "bytes were acknowledged; the last window is", windows[-1])
s.send(segment(ME, BAIT, PORT, 25, at, seq + 1, 4))
raise SystemExit(at - 100 > 60000 or windows[-1] != 0)
