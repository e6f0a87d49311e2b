#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Records for publish.t, the same bytes every time: addresses that share networks, names of persons
# wherever they may stand, and what was lost.
# Usage: publish_make.py DIR DAYS
import csv
import datetime
import os
import random
import sys

folder, days = sys.argv[1], int(sys.argv[2])
rnd = random.Random(days)
start = datetime.datetime(2006, 6, 9, 5)  # a Friday
GEO = ["src_cc", "src_asn", "src_as_name"]
COUNTRIES = ["TW", "TW", "TW", "CN", "CN", "BR", "CI", 'X"; system("touch pwned"); "', "`touch pwned`"]
SUBJECTS = ["Hello john.smith@example.com", "proxy 192.0.2.77:1080 works", "ip-192-0-2-78 (2001:db8:7::77) ok", "hi"]
SENDERS = ["alice.%d@sender.example", '"bob %d"@other.example', "carol%d", "<>", "bounce-dave=%d.example@list.example",
           "eve%d@[192.0.2.79]"]
TARGETS = ["mx.example", "", "203-0-113-%d.dsl.example"]


def source():
    n = rnd.randrange(6)
    if n == 5:
        return "2001:db8:%x::%x" % (rnd.randrange(3), rnd.randrange(1, 9))
    return "198.51.%d.%d" % (100 + n, rnd.randrange(1, 12))


def time(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def rows():
    tables = {name: [] for name in ("connections", "requests", "emails", "scans", "logins", "refusals", "stats")}
    n = 1500
    for i in range(n):
        at = start + datetime.timedelta(seconds=int((days * 86400 - 6 * 3600) * i / n))
        ip = source()
        cc = COUNTRIES[sum(ip.encode()) % len(COUNTRIES)]
        asn = 64500 + sum(ip.encode()) % 3
        who = {"ts": time(at), "uid": "%016x" % i, "sensor": "s%d" % (i % 2), "src_ip": ip, "dst_port": rnd.choice([1080, 3128]),
               "src_cc": cc, "src_asn": asn, "src_as_name": "NET %d" % asn, "module": "socks5"}
        host = rnd.choice(TARGETS)
        host = host % (i % 30) if "%" in host else host
        target_ip = "" if host else "203.0.113.%d" % (i % 40)
        tables["connections"].append({**who, "protocol": "socks5", "end": "fin", "flags": "",
                                      "missing_bytes": 100 if i % 50 == 0 else 0})
        tables["requests"].append({**who, "class": "connect-smtp", "target": "%s:25" % (host or target_ip),
                                   "target_host": host, "target_ip": target_ip, "target_port": 25, "depth": 1,
                                   "accepted": 1})
        if i % 3:
            sender = rnd.choice(SENDERS)
            body = rnd.randrange(30)
            tables["emails"].append({**who, "email_n": 1, "target_host": host, "target_ip": target_ip, "target_port": 25,
                                     "mail_from": sender % body if "%" in sender else sender, "rcpt_count": i % 5, "size": 99,
                                     "body_sha256": "%064x" % body, "subject": SUBJECTS[body % 4], "mailer": "",
                                     "charset": "utf-8", "language": "en", "probe": "", "tags": ""})
        if i % 4 == 0:
            tables["scans"].append({**who, "dst_ip": "192.0.2.1", "dst_port": 20 + i % 5, "syns": 1 + i % 7})
        if i % 6 == 0:
            tables["logins"].append({**who, "user": "frank%d@login.example" % (i % 20), "password": "pw", "accepted": 0})
        if i % 7 == 0:
            tables["refusals"].append({**who, "rcpt_count": i % 4, "rcpt_rejected": i % 2})
        if i % 100 == 0:
            tables["stats"].append({"ts": time(at), "sensor": "s%d" % (i % 200 // 100), "captured": 1000, "dropped": i // 100,
                                    "interface_dropped": 3, "evicted": 1, "unwritten": 0, "mails_lost": 2})
    return tables


os.makedirs(folder)
for name, made in rows().items():
    # A column that the report reads and these rows have not is there, empty.
    extra = {"emails": ["service"], "connections": ["service"], "requests": ["service"]}.get(name, [])
    with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, list(made[0]) + extra, lineterminator="\n", restval="")
        out.writeheader()
        out.writerows(made)
