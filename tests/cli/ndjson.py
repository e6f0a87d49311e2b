# SPDX-License-Identifier: GPL-3.0-or-later
"""ndjson.py SCHEMA CSV_FOLDER JSON_FOLDER: whether each NAME.ndjson says what NAME.csv says, row
by row, by Python's csv and json modules and the rules of doc/records-elsewhere.md.
Prints "N rows of M files equal", or what differs."""
import csv
import glob
import json
import os
import re
import sys

csv.field_size_limit(1 << 30)
schema = {f["file"][:-4]: {c["name"]: c["type"] for c in f["columns"]} for f in json.load(open(sys.argv[1]))}
ESCAPE = re.compile(rb"\\(\\|x[0-9a-f]{2})")


def text_of(cell):
    plain = ESCAPE.sub(lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), cell.encode())
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return cell


def value_of(kind, cell):
    if kind in ("UINT", "REAL"):
        return float(cell) if "." in cell else int(cell)
    if kind == "BOOL":
        return {"0": False, "1": True}[cell]
    return text_of(cell)


rows = files = 0
names = {os.path.basename(p)[:-7] for p in glob.glob(sys.argv[3] + "/*.ndjson")}
if names != {os.path.basename(p)[:-4] for p in glob.glob(sys.argv[2] + "/*.csv")}:
    sys.exit(f"other files: {sorted(names)}")
for name in sorted(names):
    with open(f"{sys.argv[2]}/{name}.csv", encoding="utf-8", newline="") as f:
        want = [{k: value_of(schema[name][k], v) for k, v in row.items() if v} for row in csv.DictReader(f)]
    with open(f"{sys.argv[3]}/{name}.ndjson", encoding="utf-8", newline="\n") as f:
        got = [json.loads(line) for line in f]
    for w, g in zip(want, got):
        if json.dumps(w) != json.dumps(g):
            sys.exit(f"{name}: {g}\nexpected {w}")
    if len(want) != len(got):
        sys.exit(f"{name}: {len(got)} rows, expected {len(want)}")
    rows += len(got)
    files += 1
print(f"{rows} rows of {files} files equal")
