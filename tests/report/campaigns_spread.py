#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copies records whose messages come within minutes so that they come over months: each source sends
# within weeks of its own, some on one day only.  Countries, ASes, modules and ports are filled in, and
# one subject becomes markup.  Usage: campaigns_spread.py FROM TO
import csv, datetime, glob, hashlib, os, sys

came, to = sys.argv[1:]
os.makedirs(to, exist_ok=True)
days = {}  # of a message


def number(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def spread(row):
    key = (row["uid"], row.get("email_n"))
    if "src_ip" in row:
        about = row["subject"] if number(row["subject"]) % 2 else row["language"]
        first, length = number(about) % 90, (1, 1, 5, 25, 120)[number(about) % 5]
        days[key] = first + number(row["src_ip"]) % length
        row["src_cc"] = ("US", "CN", "TW", "BR")[number(row["src_ip"]) % 4]
        row["src_asn"] = str(64500 + number(row["src_ip"]) % 9)
        row["module"] = ("http", "socks4", "socks5", "smtp")[number(row["uid"]) % 4]
        row["dst_port"] = {"http": ("80", "3128", "8080")[number(row["uid"]) // 4 % 3], "smtp": "25"}.get(row["module"], "1080")
        row["rcpt_count"] = str(number(row["uid"]) % 40)
        if row["subject"].startswith("Your invoice"):
            row["subject"] = '<script>alert(1)</script>"=1+1" 192.0.2.77 someone@victim.example'
    at = datetime.datetime.strptime(row["ts"], "%Y-%m-%dT%H:%M:%S.%fZ") + datetime.timedelta(days=days.get(key, 0))
    row["ts"] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return row


csv.field_size_limit(1 << 30)
for kind in ("emails", "urls", "attachments"):
    for path in sorted(glob.glob(f"{came}/{kind}*.csv")):
        with open(path, encoding="utf-8", newline="") as old, open(f"{to}/{os.path.basename(path)}", "w", encoding="utf-8", newline="") as new:
            rows = csv.DictReader(old)
            writer = csv.DictWriter(new, rows.fieldnames, lineterminator="\n")
            writer.writeheader()
            writer.writerows(map(spread, rows))
