#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
import json
report = json.load(open("out"))
rows = report["tables"]["link_domains"]["rows"]
assert [r["links"] for r in rows] == [6, 1], [r["links"] for r in rows]
assert any("5 damaged rows in 1 files" in w for w in report["warnings"]), report["warnings"]
