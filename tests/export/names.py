#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A mail with attachments whose names lead elsewhere.
# Usage: names.py DIR
import sys

NAMES = ["../../../../tmp/x", "/etc/passwd", "..", ".", "", "a" * 3000, "index.csv", "x/y\\z", "CON", 'q"u,o;te']
mail = "Subject: names\nContent-Type: multipart/mixed; boundary=x\n\n"
for i, name in enumerate(NAMES):
    mail += ('--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="%s"\n\nfile %d\n'
             % (name.replace("\\", "\\\\").replace('"', '\\"'), i % 3))
open(sys.argv[1] + "/names", "w").write(mail + "--x--\n")
