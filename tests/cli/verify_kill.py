#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A replay from a pipe that is killed amid it, parent first: verify_kill.py POTSHERD DIR
import os
import signal
import struct
import subprocess
import sys
import time

potsherd, folder = sys.argv[1:3]
process = subprocess.Popen([potsherd, "replay", "-q", "-o", folder, "-"], stdin=subprocess.PIPE, start_new_session=True)
process.stdin.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
process.stdin.write(struct.pack("<IIII", 1, 0, 60, 60) + bytes(60))
process.stdin.flush()
until = time.time() + 30
while not os.path.exists(folder + "/connections.csv.part"):
    assert time.time() < until and process.poll() is None, "it does not write"
    time.sleep(0.05)
process.send_signal(signal.SIGKILL)
process.wait()
try:
    while time.time() < until:  # its processes end with it
        os.killpg(process.pid, 0)
        time.sleep(0.05)
    sys.exit("its processes live on")
except ProcessLookupError:
    pass
