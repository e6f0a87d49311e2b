#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# iocs.csv as it must be, out of the rows that `potsherd find --format json` prints of connections,
# emails, urls and attachments; cells as they stand in records come from its CSV.
# Usage: iocs.py connections.csv emails.csv urls.csv attachments.csv
import csv
import ipaddress
import sys

seen = {}


def note(kind, value, ts):
    if value:
        first, last, count = seen.get((kind, value), (ts, ts, 0))
        seen[kind, value] = min(first, ts), max(last, ts), count + 1


def is_address(host):
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


connections, emails, urls, attachments = [list(csv.DictReader(open(p, newline=""))) for p in sys.argv[1:]]
for r in connections:
    note("ip", r["src_ip"], r["ts"])
for r in emails:
    note("email", r["mail_from"] if r["mail_from"] != "<>" else "", r["ts"])
    note("subject", r["subject"], r["ts"])
for r in urls:
    note("url", r["url"], r["ts"])
    note("link-ip" if is_address(r["host"]) else "domain", r["domain"] or r["host"], r["ts"])
for r in attachments:
    note("sha256", r["sha256"], r["ts"])
w = csv.writer(sys.stdout, lineterminator="\n")
w.writerow(["kind", "value", "first", "last", "count"])
for (kind, value), (first, last, count) in sorted(seen.items(), key=lambda i: (i[0][0], i[0][1].encode())):
    w.writerow([kind, value, first, last, count])
