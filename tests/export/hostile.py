#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Records of mails whose envelopes, line ends and payloads are as bad as they can be.
# Usage: hostile.py SCHEMA.json DIR
import base64
import csv
import hashlib
import json
import os
import sys

schema = {f["file"][:-4]: [c["name"] for c in f["columns"]] for f in json.load(open(sys.argv[1]))}
SENDERS = ["a@x.example\r\nBcc: victim@x.example", "\r\n\r\nbody", "\n", "\0nul@x", "caf\xe9@x.example",
           "a> <b@x.example", " lead  two trail ", "x" * 5000 + "@x.example", "w " * 400, "\\x0d\\x0a", "<>", "", "From x"]
HELOS = ["x ([9.9.9.9]) by mx; Mon", "\xfc\xe4", "h\r\n\tfolded", "", "a" * 3000, "-._[]:ok", "\\", "(", "\x7f"]
PAYLOADS = [b"", b"\n", b"\r\n", b"\r", b"x", b"x\r", b"a\r\r\nb\r\n", b"a\nb\r\nc", b"From x\nFrom y\n>From z\n>>From",
            b"From x\r\n>From y\r\n", b"Subject: a\r\n\r\nno end", b"Subject: a\n\n\n\n\n", b" folded\r\n\r\nx\r\n",
            b"\x00\xff\r\n" * 1000, b"\r\n" * 3000, b">" * 70000 + b"From x\r\n", b"a\r\n" * 500000, b"\r" * 300000 + b"\n",
            b"X-Potsherd-SHA256: " + b"0" * 64 + b"\r\n\r\nours?\r\n", b"Subject: a\r\n\r\nbare\rcr\r\n", b"l" * 3000000]


def escaped(text):
    out = ""
    for c in text.encode("latin-1") if isinstance(text, str) else text:
        out += "\\\\" if c == 92 else chr(c) if 32 <= c < 127 else "\\x%02x" % c
    return out


os.makedirs(sys.argv[2])
rows = {"emails": [], "recipients": [], "payloads": []}
for number, payload in enumerate(PAYLOADS * 2):
    sha256 = hashlib.sha256(payload).hexdigest()
    key = {"ts": "2006-06-10T00:%02d:00.000001Z" % number, "uid": "%016x" % (number // 2), "email_n": number % 2 + 1,
           "sensor": ["", "north sea; by x"][number % 2]}
    rows["emails"].append(dict(
        key, src_ip=["192.0.2.1", "2001:db8::1"][number % 2], dst_ip=["2001:db8::2", "198.51.100.1"][number % 2],
        dst_port=1080, module="socks5", helo=escaped(HELOS[number % len(HELOS)]),
        mail_from=escaped(SENDERS[number % len(SENDERS)]), target_host=escaped(["", "mx\r\n.example", "a b"][number % 3]),
        target_ip=["2001:db8::3", "", ""][number % 3], target_port=25, size=len(payload), sha256=sha256,
        complete=number % 2, missing_bytes=[0, 0, 7][number % 3], subject="s"))
    for to in SENDERS[number % 5::5]:
        rows["recipients"].append(dict(key, rcpt=escaped(to), accepted=["", 1, 0][len(rows["recipients"]) % 3]))
    rows["payloads"].append(dict(key, size=len(payload), sha256=sha256, data=base64.b64encode(payload).decode()))
for name, part in rows.items():
    with open("%s/%s.csv" % (sys.argv[2], name), "w", newline="") as f:
        w = csv.DictWriter(f, schema[name], lineterminator="\n")
        w.writeheader()
        w.writerows(part)
