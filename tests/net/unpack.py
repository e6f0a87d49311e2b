#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file's rows, unpacked by zstd, as NAME.csv in a folder of their own; all is CSV.
# Usage: unpack.py FROM TO SEGMENTS-AT-LEAST
import csv, os, re, shutil, subprocess, sys
source, to, least = sys.argv[1], sys.argv[2], int(sys.argv[3])
csv.field_size_limit(1 << 30)
shutil.rmtree(to, True)
os.mkdir(to)
names = sorted(os.listdir(source))
others = [n for n in names if not re.fullmatch(r"[a-z]+-\d{8}T\d{6}Z\.csv\.zst", n)]
if others:
    sys.exit("not compressed: %s" % others)
segments = {re.search(r"-(.*)\.csv", n)[1] for n in names}
if len(segments) < least:
    sys.exit("only the segments %s" % segments)
for name in names:
    data = subprocess.run(["zstd", "-dcq", source + "/" + name], capture_output=True, check=True).stdout
    rows = list(csv.reader(data.decode().splitlines(), strict=True))
    if not data.endswith(b"\n") or len(rows) < 2 or {len(r) for r in rows} != {len(rows[0])}:
        sys.exit(name + " is no table, or an empty one")
    joined = to + "/" + name.split("-")[0] + ".csv"
    first = not os.path.exists(joined)
    with open(joined, "ab") as out:
        out.write(data if first else data.split(b"\n", 1)[1])
print(len(names), "files,", len(segments), "segments")
