#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The schema in JSON parses and has a name, a type and a meaning for each column.
# Usage: schema_json.py FILE
import json, sys
files = json.load(open(sys.argv[1]))
assert [f["file"] for f in files][:2] == ["connections.csv", "requests.csv"]
assert all(c["name"] and c["type"] and c["meaning"] for f in files for c in f["columns"])
