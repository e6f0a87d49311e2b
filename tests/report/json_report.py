#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The report of records.awk's 3000 connections in JSON.
# Usage: json_report.py FILE
import json, sys
report = json.load(open(sys.argv[1], encoding="utf-8"))
assert report["totals"]["connections"] == 3000
assert report["tables"]["countries"]["rows"][0]["rank"] == 1
assert any("<script>" in (row["subject"] or "") for row in report["tables"]["messages"]["rows"])
