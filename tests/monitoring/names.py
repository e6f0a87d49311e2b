#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Names of metrics in tools/monitoring that nobody writes: names.py TOP
import json
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
written = {"potsherd_start_time_seconds"}
text = (top / "include/potsherd/counter_list.h").read_text()
written |= {"potsherd_" + n for n in re.findall(r'"([a-z_]+(?:_total|_open|_bytes))"', text)}
NODE = {"node_textfile_mtime_seconds", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"}

rules = (top / "tools/monitoring/potsherd.rules.yml").read_text()
expressions = re.findall(r"^ +expr: (.*)$", rules, re.M)
alerts = re.findall(r"- alert: (\w+)", rules)
board = json.loads((top / "tools/monitoring/potsherd.dashboard.json").read_text())
expressions += [t["expr"] for p in board["panels"] for t in p.get("targets", ())]
assert len(expressions) > 25, expressions
wrong = []
for e in expressions:
    wrong += [(e, n) for n in re.findall(r"\b(?:potsherd|node)_\w+", e) if n not in written | NODE]
ids = [p["id"] for p in board["panels"]]
if len(ids) != len(set(ids)):
    wrong.append("two panels with one id")
said = (top / "doc/monitoring.md").read_text()
wrong += [a + " is not in doc/monitoring.md" for a in alerts if a not in said]
for w in wrong:
    print(w)
sys.exit(bool(wrong))
