#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
import sys
sys.stdout.write("ts,sensor,uid,email_n,host,domain,shown_host\n")
for _ in range(20):
    sys.stdout.write("\n" * 1000000)
for _ in range(3):
    sys.stdout.write("x" * 30000000 + "\n")
    sys.stdout.write(",,,,,,\n" * 1000000)
