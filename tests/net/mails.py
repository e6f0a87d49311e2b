#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The mails recorded are those of the captures' truth, and no others.
# Usage: mails.py emails.csv TRUTH...
import csv, sys
columns = "src_ip", "src_port", "mail_from", "rcpt_count", "size", "sha256"
want = sorted([r[c] for c in columns]
              for f in sys.argv[2:] for r in csv.DictReader(open(f), delimiter="\t") if r["kind"] == "mail")
have = sorted([r[c] for c in columns] for r in csv.DictReader(open(sys.argv[1])))
print(len(want), "sent", len(have), "recorded")
sys.exit(want != have or not want)
