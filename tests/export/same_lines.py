#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether two files of JSON lines hold the same objects, member by member in the same order.
# Usage: same_lines.py A B
import json
import sys


def lines(path):
    return [json.loads(line, object_pairs_hook=list) for line in open(path, encoding="utf-8")]


a, b = lines(sys.argv[1]), lines(sys.argv[2])
for number, (x, y) in enumerate(zip(a, b), 1):
    if x != y:
        sys.exit("line %d: %r, and %r" % (number, x, y))
if len(a) != len(b):
    sys.exit("%d and %d lines" % (len(a), len(b)))
