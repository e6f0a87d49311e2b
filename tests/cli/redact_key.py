#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A key does not stand in a file, neither as it is nor in hexadecimal nor in base64.
# Usage: redact_key.py KEY FILE
import base64
import sys

key, data = open(sys.argv[1], "rb").read(), open(sys.argv[2], "rb").read()
assert data
for form in (key[:16], key[:8].hex().encode(), base64.b64encode(key)[:16]):
    assert form not in data
