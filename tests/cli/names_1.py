#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of names.t.
import sys
lines, shown, where = int(sys.argv[1]), sys.argv[2], sys.argv[3]
for name in "out", "err":
    text = open(name, "rb").read().decode("utf-8") # strictly
    bad = [c for c in text if c != "\n" and not c.isprintable()]
    assert not bad, (name, bad[:9])
err = open("err").read()
assert err.count("\n") == lines, err
assert shown in open(where).read(), (shown, open(where).read()[:999])
