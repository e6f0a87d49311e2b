#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A TCP port of 127.0.0.1 that nobody has.
import socket

with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])
