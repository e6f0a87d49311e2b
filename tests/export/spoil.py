#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Records as they are after somebody's editor or disk: of payloads.csv one payload is another one's,
# one is no base64, and the last row is torn.
# Usage: spoil.py RECORDS DIR
import shutil
import sys

shutil.copytree(*sys.argv[1:])
path = sys.argv[2] + "/payloads.csv"
lines = open(path).read().splitlines(True)
cells = [line.split(",") for line in lines]
cells[3][-1] = cells[2][-1]
cells[5][-1] = "!" + cells[5][-1]
cells[-1][-1] = cells[-1][-1][:20]
open(path, "w").write("".join(",".join(row) for row in cells))
