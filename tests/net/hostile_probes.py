#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A part of hostile.t.
from raw import answers, ours, s, segment, theirs
EVERYBODY, GROUP, OTHER, NOBODY = b"\xff" * 6, b"\1\0\x5e\0\0\1", b"\2\0\0\0\0\x77", bytes(6)
BAIT = "198.51.100.64"
probes = [  # name, how many frames come back, addresses and how the SYN differs
    ("a host", 1, "198.51.100.1", {}),
    ("a private address", 1, "10.1.2.3", {}),
    ("the segment's broadcast", 0, "198.51.100.255", {}),
    ("everybody", 0, "255.255.255.255", {}),
    ("loopback", 0, "127.0.0.1", {}),
    ("link-local", 0, "169.254.1.1", {}),
    ("a group", 0, "224.0.0.1", {}),
    ("a reserved address", 0, "240.0.0.1", {}),
    ("another bait", 0, "198.51.100.65", {}),
    ("itself", 0, BAIT, {}),
    ("everybody's link", 0, "198.51.100.2", {"smac": EVERYBODY}),
    ("a group's link", 0, "198.51.100.2", {"smac": GROUP}),
    ("nobody's link", 0, "198.51.100.2", {"smac": NOBODY}),
    ("its own link", 0, "198.51.100.2", {"smac": theirs}),
    ("a host, to everybody's link", 0, "198.51.100.2", {"dmac": EVERYBODY}),
    ("a host, to a group's link", 0, "198.51.100.2", {"dmac": GROUP}),
    ("a host, to another's link", 0, "198.51.100.2", {"dmac": OTHER}),
    ("a host, with a wrong checksum", 0, "198.51.100.2", {"bad": True}),
    ("an IPv6 host", 1, "2001:db8:1::1", {}),
    ("IPv6 loopback", 0, "::1", {}),
    ("IPv6 link-local", 0, "fe80::1", {}),
    ("a mapped address", 0, "::ffff:1.2.3.4", {}),
    ("a site-local address", 0, "fec0::1", {}),
]
wrong = 0
for i, (name, expected, src, how) in enumerate(probes):
    s.send(segment(src, "2001:db8:1::41" if ":" in src else BAIT, 3000 + i, 8080, 1, 0, 2, **how))
    got = answers(0.3, 3000 + i)
    print(name, len(got), "of", expected)
    wrong += len(got) != expected or any(f[:6] != ours or f[6:12] != theirs for f, *_ in got)
raise SystemExit(wrong)
