#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The first and the last address of two prefixes, and some that differ in every run.
import ipaddress, random
for net in map(ipaddress.ip_network, ("198.18.0.0/16", "2001:db8:2::/48")):
    some = [net[random.getrandbits(16 if net.version == 4 else 80)] for _ in range(8)]
    for a in [net[1], net[-1]] + some:
        print(a if net.version == 4 else "[%s]" % a)
