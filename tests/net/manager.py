#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The service manager's socket: what it receives goes into SOCKET.told.
# Usage: manager.py SOCKET
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
while True:
    with open(sys.argv[1] + ".told", "ab") as file:
        file.write(s.recv(4096) + b"\n")
