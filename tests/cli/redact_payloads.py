#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The payloads of a payloads.csv are the messages of an mbox (mboxrd), in its order.
# Usage: redact_payloads.py CSV MBOX
import base64
import csv
import re
import sys

csv.field_size_limit(1 << 30)
rows = [base64.b64decode(row["data"]) for row in csv.DictReader(open(sys.argv[1]))]
messages = re.split(rb"(?m)^From \S+@potsherd .*\n", open(sys.argv[2], "rb").read())[1:]
messages = [re.sub(rb"(?m)^>(>*From )", rb"\1", m) for m in messages]
assert len(rows) == len(messages) > 4, (len(rows), len(messages))
for row, message in zip(rows, messages):
    assert message in (row + b"\n", row + b"\n\n"), (row, message)
