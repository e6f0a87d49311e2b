#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The payloads of an mboxrd file are those of payloads.csv, byte for byte.
import base64, csv, re
text = open("mbox/payloads.mbox", "rb").read()
got = []
for part in re.split(rb"(?m)^From [0-9a-f]{16}-\d+@potsherd [^\n]*\n", text)[1:]:
    part = part[:-1]
    got.append(re.sub(rb"(?m)^>(>*From )", rb"\1", part))
csv.field_size_limit(1 << 30)
expected = [base64.b64decode(r["data"]) for r in csv.DictReader(open("good/payloads.csv"))]
assert got and got == expected, (got, expected)
