#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# What doctor printed for people and as JSON is the same, the worst first: doctor_ranks.py TEXT JSON CODE
import json
import re
import sys

RANKS = (("will lose data", "will-lose-data", 5), ("may lose data", "may-lose-data", 4), ("could be better", "could-be-better", 3),
         ("not found out", "unknown", 0), ("well", "ok", 0))
text = open(sys.argv[1]).read().splitlines()
found = json.load(open(sys.argv[2]))
code = int(sys.argv[3])
headings = {heading: i for i, (heading, _, _) in enumerate(RANKS)}
said, rank, before = [], None, -1
for line in text:
    if line.endswith(":") and line[:-1] in headings:
        rank = headings[line[:-1]]
        assert rank > before, "not the worst first: " + line
        before = rank
    match = re.match(r"(FIX|ok|\?) +(\S.*?)(?:  +|(?<=\S{22}) )(.*)$", line)
    if match:
        assert {"FIX": rank < 3, "?": rank == 3, "ok": rank == 4}[match[1]], line
        said.append((RANKS[rank][1], line[6:28].strip(), line[29:]))
listed = [(f["rank"], f["check"], f["state"]) for f in found["findings"]]
# what is free on the disk changes from one look to the next
ignore = lambda all: [(r, c, s if c != "disk" else "") for r, c, s in all]
assert ignore(said) == ignore(listed), "\n%s\n%s" % (said, listed)
assert all(("fix" in f) == (f["rank"] not in ("ok", "unknown")) or f["check"] == "promiscuous mode" for f in found["findings"]), found
worst = max([c for f in found["findings"] for _, word, c in RANKS if word == f["rank"]])
assert worst == code == found["exit_code"], (worst, code, found["exit_code"])
counts = [(sum(f["rank"] == word for f in found["findings"]), heading) for heading, word, c in RANKS if c]
every = sum(n for n, _ in counts)
last = "%d to fix: %s" % (every, ", ".join("%d %s" % c for c in counts if c[0])) if every else "nothing to fix"
assert text[-1] == last, (text[-1], last)
