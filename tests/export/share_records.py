#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Record files of mails for the tests of share: networks of several sizes, sources that sent nothing,
# recipients in all places of a mail, languages, senders that are no address, a mail above 5 MiB, one
# without a payload, and one that is in both folders.  The same at each call.
# Usage: share_records.py SCHEMA.json A B
import base64
import csv
import hashlib
import json
import os
import sys

schema = {f["file"][:-4]: [c["name"] for c in f["columns"]] for f in json.load(open(sys.argv[1]))}
AS = [("", ""), ("64496", 'Example, "Inc."'), ("64497", "Grüße\\\\Net"), ("4200000000", "Few")]
SOURCES = [("192.0.2.%d" % n, AS[n % 3], "BR") for n in range(1, 10)] + [
    ("2001:db8:1::5", AS[1], "TW"), ("203.0.113.77", AS[3], "US")]
SENDERS = ["offers@sender.example", "<>", "", "caf\\xe9@evil.example", "plain", "a..b@x.example", "very-long@" + "x" * 300]
LANGUAGES = ["en", "iw", "zh-Hant", "crs", "", "pt-BR", "jw", "no", "sr-ME", "zh"]
SUBJECTS = ["Your account is locked", 'Buy, "now"', "\\xff\\xfe raw", "", "Grüße", "s" * 700, "a\\x00b"]
rows = {name: [] for name in schema}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def add(name, **cells):
    assert not set(cells) - set(schema[name]), set(cells) - set(schema[name])
    rows[name].append({c: str(cells.get(c, "")) for c in schema[name]})


def time(number):
    return "2006-06-%02dT%02d:%02d:00.%06dZ" % (10 + number // 1440, number // 60 % 24, number % 60, number * 7 % 10**6)


def payload(number, people):
    lines = ["From: <spam@sender.example>", "To: " + ", ".join(people), "Subject: to %s" % people[0].split("@")[0]]
    if number % 5 == 1:
        lines += ["Content-Transfer-Encoding: base64", "",
                  base64.b64encode(("Dear %s" % people[0]).encode() * 20).decode()]
    else:
        lines += ["", "Dear %s," % people[0], "http://evil.example/?m=%s" % people[-1].replace("@", "%40"),
                  "message %d" % number]
    text = "\r\n".join(lines).encode() + b"\r\n"
    if number == 3:
        text += b"long line of a long mail\r\n" * 240000
    if number == 8:
        text += b"bare\nlf \xff\x00\r\n"
    return text


for number in range(60):
    ip, (asn, as_name), cc = SOURCES[number % 11 if number % 11 < 10 or number < 12 else 0]
    uid = "%016x" % (0xabc0000000000000 + number // 2)
    n = number % 2 + 1
    if n == 1:
        first = ip, asn, as_name, cc
    ip, asn, as_name, cc = first
    people = ["person%d.surname@victim%d.example" % (number, number % 3), "other%dperson@victim.example" % (number % 7)]
    data = payload(number, people)
    sender = SENDERS[number % len(SENDERS)]
    if number == 20:
        sender = people[0]
    if number == 21:
        sender = "bounce-%s@list.example" % people[0].replace("@", "=")
    ends = dict(src_ip=ip, src_port=1024 + number, dst_ip="198.51.100.99", dst_port=1080, src_cc=cc, src_asn=asn,
                src_as_name=as_name, sensor="hidden-sensor")
    key = dict(ts=time(number * 13), uid=uid, email_n=n, sensor="hidden-sensor")
    if n == 1:
        add("connections", protocol="socks5", emails=2, end="fin", ts=key["ts"], uid=uid,
            community_id="1:" + base64.b64encode(hashlib.sha1(uid.encode()).digest()).decode(), **ends)
    add("emails", **dict(key, **ends), module=["socks5", "http", "smtp"][number % 3], target_host="mx.example", target_port=25,
        helo="helo.example", mail_from=sender, rcpt_count=2, size=len(data), sha256=sha(data), complete=1, missing_bytes=0,
        reply=250, subject="Dear %s" % people[0] if number == 22 else SUBJECTS[number % len(SUBJECTS)],
        header_from='"Cheap" <spam@sender.example>', message_id="<%d.x@pc.example>" % number if number != 30 else "<%s>" % ("m" * 300),
        mailer="The Bat", content_type="text/plain", language=LANGUAGES[number % len(LANGUAGES)],
        tags="phish Casino_2 .odd" if number % 4 == 0 else "")
    for to in people[:1 + number % 2]:
        add("recipients", rcpt=to, domain=to.split("@")[1], accepted=1, **key)
    add("recipients", rcpt="refused%d@victim.example" % number, domain="victim.example", accepted=0, **key)
    if number % 3:
        add("urls", url="http://www.evil%d.example/" % (number % 4), scheme="http", host="www.evil%d.example" % (number % 4),
            domain="evil%d.example" % (number % 4), part=1, path="/", **key)
    else:
        add("urls", url="http://203.0.113.9/", scheme="http", host="203.0.113.9", part=1, path="/", **key)
    if number % 4 == 0:
        add("attachments", filename="a.zip", content_type="application/zip", size=3, sha256=sha(b"%d" % (number % 8)), **key)
    if number != 40:
        add("payloads", size=len(data), sha256=sha(data), data=base64.b64encode(data).decode(), **key)
for n in range(3):
    add("connections", ts=time(n), uid="%016x" % n, src_ip="192.0.2.%d" % (250 + n), src_port=1, dst_ip="198.51.100.99",
        dst_port=1080, end="rst", sensor="hidden-sensor")

for folder, part in ((sys.argv[2], lambda r: r["uid"] <= "abc000000000000f"), (sys.argv[3], lambda r: r["uid"] >= "abc000000000000f")):
    os.makedirs(folder)
    for name, columns in schema.items():
        if name in ("stats", "scans") or not rows[name]:
            continue
        with open("%s/%s.csv" % (folder, name), "w", newline="") as f:
            w = csv.DictWriter(f, columns, lineterminator="\n")
            w.writeheader()
            w.writerows(r for r in rows[name] if part(r))
