#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Record files of connections, requests and mails that never were, with cells that need quotes and
# escapes, for the tests of find and extract: folder A in segments, one of them compressed, folder B
# as an earlier version wrote it, with fewer columns.  The same at each call.
# Usage: records.py SCHEMA.json A B
import base64
import csv
import gzip
import hashlib
import json
import os
import random
import sys

schema = {f["file"][:-4]: [c["name"] for c in f["columns"]] for f in json.load(open(sys.argv[1]))}
rnd = random.Random(2006)

SOURCES = [("192.0.2.7", "BR", "64496", 'Example, "Inc."'), ("192.0.2.200", "US", "64497", "Example\\\\Net"),
           ("198.51.100.9", "", "", ""), ("2001:db8:1::5", "TW", "64496", 'Example, "Inc."')]
TARGETS = [("mx.example", "", "25"), ("", "203.0.113.25", "25"), ("", "2001:db8:203::25", "587"),
           ("MX.Example.ORG".lower(), "", "2525"), ("", "", "")]
SENDERS = ["offers@sender.example", "<>", 'a"b,c@Shop.Sender.Example', "caf\\xe9@evil.example", "back\\\\slash@x.example", ""]
RCPTS = ["alice@bank.example", "Bob@Bank.Example", "carol@deep.bank.example", 'x,"y"@other.example', "no-domain"]
SUBJECTS = ["Your account is locked", 'Buy, "now"', "\\xff\\xfe raw", "back\\\\slash", "Grüße aus Köln", "", "a\\x09tab"]
TAGS = ["", "phish", "phish casino", "phishing"]
HOSTS = [("www.evil.example", "evil.example"), ("203.0.113.9", ""), ("evil.example", "evil.example"),
         ("notevil.example", "notevil.example")]



def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def times():
    second = 0
    while True:
        second += rnd.randrange(1, 3600)
        day, rest = divmod(second, 86400)
        yield "2006-06-%02dT%02d:%02d:%02d.%06dZ" % (10 + day, rest // 3600, rest // 60 % 60, rest % 60, rnd.randrange(10**6))


clock = times()
rows = {name: [] for name in schema}


def add(name, **cells):
    assert not set(cells) - set(schema[name]), set(cells) - set(schema[name])
    rows[name].append([str(cells.get(c, "")) for c in schema[name]])


def ends(source, port):
    ip, cc, asn, name = source
    return {"src_ip": ip, "src_port": rnd.randrange(1024, 65535), "dst_ip": "192.0.2.1", "dst_port": port,
            "src_cc": cc, "src_asn": asn, "src_as_name": name, "sensor": sensor}


def target(t):
    return {"target_host": t[0], "target_ip": t[1], "target_port": t[2]}


for number in range(120):
    uid = sha("connection %d" % number)[:16]
    sensor = rnd.choice(["north", "south", ""])
    source, port = rnd.choice(SOURCES), rnd.choice([25, 1080, 8080])
    ts = next(clock)
    add("connections", ts=ts, uid=uid, protocol="smtp", requests=1, emails=1, end="fin", **ends(source, port))
    t = rnd.choice(TARGETS)
    for n in range(rnd.randrange(3)):
        t = rnd.choice(TARGETS)
        add("requests", ts=next(clock), uid=uid, request_n=n + 1, module="http", accepted=rnd.randrange(2),
            **ends(source, port), **target(t), **{"class": "connect-smtp", "target": 'x,"y'})
    if not rnd.randrange(4):
        add("logins", ts=next(clock), uid=uid, login_n=1, module="smtp", user='u"1', password="p,1",
            accepted=1, **ends(source, port))
    if not rnd.randrange(4):
        add("refusals", ts=next(clock), uid=uid, refusal_n=1, module="smtp", mail_from=rnd.choice(SENDERS),
            first_rcpt=rnd.choice(RCPTS), rcpt_count=1, reply=550, **ends(source, port), **target(rnd.choice(TARGETS)))
    if not rnd.randrange(6):
        add("first_bytes", ts=next(clock), uid=uid, module="http", data="GET / HTTP/1.0\\x0d\\x0a", size=16,
            **ends(source, port), **target(rnd.choice(TARGETS)))
    for n in range(1, 1 + rnd.randrange(4)):
        ts = next(clock)
        body = "payload %d %d\r\n" % (number, n)
        payload = "Subject: x\r\n\r\n" + body
        add("emails", ts=ts, uid=uid, email_n=n, module="http" if t[2] else "smtp", helo="h,1",
            mail_from=rnd.choice(SENDERS), rcpt_count=2, size=len(payload), sha256=sha(payload),
            body_sha256=sha(body), complete=rnd.randrange(2), missing_bytes=0, reply=250,
            subject=rnd.choice(SUBJECTS), header_from=rnd.choice(['"O, ffers" <me@Header.example>', "x"]),
            tags=rnd.choice(TAGS), **ends(source, port), **target(t))
        key = {"ts": ts, "uid": uid, "email_n": n, "sensor": sensor}
        for to in rnd.sample(RCPTS, rnd.randrange(4)):
            add("recipients", rcpt=to, domain=to.rpartition("@")[2].lower() if "@" in to else "",
                accepted=rnd.choice(["", 0, 1, 1]), **key)
        for host, domain in rnd.sample(HOSTS, rnd.randrange(3)):
            add("urls", url='http://%s/?a="1",2' % host, scheme="http", host=host, domain=domain, part=1,
                path='/?a="1",2', **key)
        for name in rnd.sample(["../../etc/passwd", 'in"voice,1.exe', "\\x00.pdf"], rnd.randrange(2)):
            add("attachments", filename=name, content_type="application/zip", size=rnd.randrange(9),
                sha256=sha(name), found_type="", **key)
        add("payloads", size=len(payload), sha256=sha(payload),
            data=base64.b64encode(payload.encode()).decode(), **key)
    if not number % 10:
        add("scans", ts=next(clock), src_ip=source[0], src_cc=source[1], src_asn=source[2], sensor=sensor,
            dst_ip="192.0.2.1", dst_port=25, syns=3)
        add("stats", ts=next(clock), sensor=sensor, interval="60.000000")
    if not number % 20:
        add("captures", capture_n=number // 20 + 1, file='a,"%d"\\x0a\\\\b.pcap' % number, first=next(clock), packets=number,
            bytes=40 * number, sha256=sha("capture %d" % number) if number else "")


def write(path, header, part):
    opened = gzip.open(path, "wt", newline="") if path.endswith(".gz") else open(path, "w", newline="")
    with opened as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        w.writerows(part)


first, second = sys.argv[2:]
os.makedirs(first)
os.makedirs(second)
LATER = {"emails": 2, "connections": 3}  # columns that the version of B had not yet
for name, header in schema.items():
    a, b = rows[name][:len(rows[name]) * 2 // 3], rows[name][len(rows[name]) * 2 // 3:]
    write("%s/%s-20060610T000000Z.csv.gz" % (first, name), header, a[:len(a) // 2])
    write("%s/%s-20060611T000000Z.csv" % (first, name), header, a[len(a) // 2:])
    cut = len(header) - LATER.get(name, 0)
    write("%s/%s.csv" % (second, name), header[:cut], [row[:cut] for row in b])
open(first + "/emails-20060612T000000Z.csv.part", "w").write("ts,uid\n")
