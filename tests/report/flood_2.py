#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
import json
report = json.load(open("out"))
rows = report["tables"]["link_domains"]["rows"]
# Each of 500 mails has each of them twice.
assert [(r["domain"], r["emails"], r["links"]) for r in rows] == [("honest%d.example" % i, 500, 1000) for i in range(7)], rows
assert rows[0]["links_percent"] == 0.09, rows[0] # of all links, also those without a row
assert any("more than 1048576 different domains of links" in n for n in report["notices"]), report["notices"]
