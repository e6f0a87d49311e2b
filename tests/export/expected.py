#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The rows that `potsherd find` is to print, into want/KIND, and of all kinds, as CSV, into
# want/all: found by joins of all files in memory.
# Usage: expected.py FORMAT A B [--FILTER VALUE]...; FORMAT: csv, json
import csv
import glob
import gzip
import ipaddress
import json
import os
import re
import sys

form, folders = sys.argv[1], sys.argv[2:4]
schema = {f["file"][:-4]: f["columns"] for f in json.load(open("schema.json"))}
given = {}
for option, value in zip(sys.argv[4::2], sys.argv[5::2]):
    given.setdefault(option.lstrip("-"), []).append(value)


def files(name):
    for folder in folders:
        for path in sorted(glob.glob("%s/%s*.csv*" % (folder, name))):
            if not re.fullmatch(name + r"(-\d{8}T\d{6}Z)?\.csv(\.gz)?", os.path.basename(path)):
                continue
            opened = gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")
            with opened as f:
                for row in csv.DictReader(f, restval=""):
                    yield {c["name"]: row.get(c["name"], "") for c in schema[name]}


known_rows = {}


def read(name):
    if name not in known_rows:
        known_rows[name] = list(files(name))
    return known_rows[name]


def plain(cell):
    """The bytes of a cell"""
    return re.sub(rb"\\(x([0-9a-f]{2})|\\)", lambda m: bytes([int(m[2], 16)]) if m[2] else b"\\", cell.encode())


def has(cell, values):
    return any(os.fsencode(v).lower() in plain(cell).lower() for v in values)


def lower_equal(cell, values):
    return any(cell.lower() == v.lower() for v in values)


def in_domain(name, values):
    return any((b"." + plain(name).lower()).endswith(b"." + os.fsencode(v).lower()) for v in values)


def at_domain(path, values):
    return "@" in path and in_domain(path.rpartition("@")[2], values)


def in_prefix(ip, value):
    net = ipaddress.ip_network(value, strict=False)
    return bool(ip) and ipaddress.ip_address(ip) in net


def to_target(row, values):
    for v in values:
        port = ""
        if v.startswith("["):
            host, _, port = v[1:].partition("]")
            port = port.lstrip(":")
        elif v.count(":") == 1:
            host, port = v.split(":")
        else:
            host = v
        if not row["target_host"] and not row["target_ip"] or port and port != row["target_port"]:
            continue
        if not host or row["target_host"] == host.lower():
            return True
        try:
            if in_prefix(row["target_ip"], host):
                return True
        except ValueError:
            pass
    return False


def subject(cell, values):
    try:
        text = plain(cell).decode()
    except UnicodeDecodeError:
        text = cell
    return any(re.search(v, text, re.I) for v in values)


OWN = {
    "uid": lambda r, vs: any(r["uid"] == v[:16] and (not v[17:] or not r.get("email_n") or r["email_n"] == v[17:]) for v in vs),
    "since": lambda r, vs: r["ts"] >= vs[-1],
    "until": lambda r, vs: r["ts"] < vs[-1] or len(vs[-1]) == 10 and r["ts"][:10] == vs[-1],
    "sensor": lambda r, vs: r["sensor"] in vs,
    "src": lambda r, vs: any(in_prefix(r["src_ip"], v) for v in vs),
    "country": lambda r, vs: lower_equal(r["src_cc"], vs),
    "asn": lambda r, vs: r["src_asn"] in [v.upper().replace("AS", "") for v in vs],
    "target": to_target,
    "from": lambda r, vs: has(r["mail_from"], vs) or has(r.get("header_from", ""), vs),
    "subject": lambda r, vs: subject(r["subject"], vs),
    "tag": lambda r, vs: bool(set(r["tags"].split()) & set(vs)),
}
COMMON = ["uid", "since", "until", "sensor"]
NEEDS = {"uid": "uid", "since": "ts", "until": "ts", "sensor": "sensor", "src": "src_ip", "country": "src_cc",
         "asn": "src_asn", "target": "target_ip", "from": "mail_from", "subject": "subject", "tag": "tags"}


def holds(row, names):
    return all(OWN[n](row, given[n]) for n in names if n in given)


def messages():
    joined = {}
    for name in ("recipients", "urls", "attachments"):
        for r in read(name):
            joined.setdefault((r["uid"], r["email_n"]), []).append(r)
    for r in read("emails"):
        others = joined.get((r["uid"], r["email_n"]), [])
        if not holds(r, OWN):
            continue
        if "rcpt" in given and not any(has(o["rcpt"], given["rcpt"]) for o in others if "rcpt" in o):
            continue
        if "domain" in given and not at_domain(r["mail_from"], given["domain"]) and not any(
                in_domain(o.get("domain", ""), given["domain"]) or in_domain(o.get("host", ""), given["domain"])
                for o in others):
            continue
        hashes = [r["sha256"], r["body_sha256"]] + [o["sha256"] for o in others if "sha256" in o]
        if "sha256" in given and not any(lower_equal(h, given["sha256"]) for h in hashes):
            continue
        yield r["uid"], r["email_n"]


selected = set(messages())
columns = {name: {c["name"] for c in cols} for name, cols in schema.items()}


def of_refusal(row):
    return ("rcpt" not in given or has(row["first_rcpt"], given["rcpt"])) and (
        "domain" not in given or at_domain(row["mail_from"], given["domain"]) or at_domain(row["first_rcpt"], given["domain"]))


def knows(name):
    known = {n for n, c in NEEDS.items() if c in columns[name]}
    return known | ({"rcpt", "domain"} if name == "refusals" else set())


def own(name, row):
    known = knows(name) - {"rcpt", "domain"}
    return holds(row, known) and (name != "refusals" or of_refusal(row))


connections = {uid for uid, n in selected}
for name in ("connections", "requests", "logins", "refusals", "first_bytes"):
    if not set(given) - knows(name):
        connections |= {r["uid"] for r in read(name) if own(name, r)}


def follows(kind, row):
    if "email_n" in row:
        return holds(row, COMMON) and ((row["uid"], row["email_n"]) in selected or not set(given) - set(COMMON))
    if not own(kind, row):
        return False
    return not set(given) - knows(kind) or row.get("uid") in connections


def value(column, cell):
    if column["type"] in ("UINT", "REAL"):
        return json.loads(cell)
    if column["type"] == "BOOL":
        return cell == "1"
    try:
        return plain(cell).decode()
    except UnicodeDecodeError:
        return cell


def write_csv(out, kind, rows):
    w = csv.writer(out, lineterminator="\n")
    w.writerow([c["name"] for c in schema[kind]])
    w.writerows([r[c["name"]] for c in schema[kind]] for r in rows)


def write_json(out, kind, rows):
    for r in rows:
        print(json.dumps({c["name"]: value(c, r[c["name"]]) for c in schema[kind] if r[c["name"]]}), file=out)


os.makedirs("want", exist_ok=True)
every = open("want/all", "w", encoding="utf-8", newline="")
for kind in schema:
    rows = [r for r in read(kind) if follows(kind, r)]
    with open("want/" + kind, "w", encoding="utf-8", newline="") as out:
        (write_csv if form == "csv" else write_json)(out, kind, rows)
    if rows:
        every.write("\n" if every.tell() else "")
        write_csv(every, kind, rows)
