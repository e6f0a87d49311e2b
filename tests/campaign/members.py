#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The messages of each campaign of a kind, a line a campaign, sorted.  Usage: members.py OUT KIND
import collections, csv, sys

out, kind = sys.argv[1:]
kinds = {r["campaign"]: r["kind"] for r in csv.DictReader(open(out + "/campaigns.csv", newline=""))}
found = collections.defaultdict(list)
for row in csv.DictReader(open(out + "/campaign_emails.csv", newline="")):
    if kinds[row["campaign"]] == kind:
        found[row["campaign"]].append(row["uid"] + "-" + row["email_n"])
for line in sorted(" ".join(sorted(keys)) for keys in found.values()):
    print(line)
