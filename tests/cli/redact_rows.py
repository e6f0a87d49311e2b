#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The rows of a redacted run are those of the run that is not, but for what the schema says that
# their cells hold; hashes are those of Python's hmac.
# Usage: redact_rows.py SCHEMA LEVEL KEY OPEN REDACTED
# Prints FILE ROWS for each file, or what is wrong.
import csv
import hashlib
import hmac
import ipaddress
import json
import os
import re
import sys

LEVELS = ["recipients", "addresses", "content"]
schema = {f["file"]: {c["name"]: c["holds"] for c in f["columns"]} for f in json.load(open(sys.argv[1]))}
level = LEVELS.index(sys.argv[2])
key = open(sys.argv[3], "rb").read()
permuted = {}


def digits(label, value):
    return hmac.new(key, label.encode() + b":" + value, hashlib.sha256).hexdigest()[:16]


def raw(cell):
    return re.sub(rb"\\(x[0-9a-f]{2}|\\)", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), cell.encode())


def mailbox(cell):
    if cell in ("", "<>"):
        return cell
    value = raw(cell)
    if b"@" not in value:
        return digits("user", value)
    return digits("address", value.lower()) + "@" + cell.rpartition("@")[2]


def source(cell, left):
    """An IPv4 address is permuted within its network."""
    if level < 1 or not cell:
        return left == cell
    was, now = ipaddress.ip_address(cell), ipaddress.ip_address(left)
    if was.version == 6:
        return now.packed == was.packed[:6] + hmac.new(key, b"ipv6:" + was.packed, hashlib.sha256).digest()[:10]
    known = permuted.setdefault(was.packed[:3], {})
    if known.setdefault(was.packed[3], now.packed[3]) != now.packed[3] or len(set(known.values())) != len(known):
        return False
    return now.packed[:3] == was.packed[:3]


def uid(row, uids):
    if level < 1:
        return row["uid"]
    if "src_port" in row and "community_id" in row:
        uids[row["uid"]] = digits("uid", " ".join(row[n] for n in ("src_ip", "src_port", "dst_ip", "dst_port", "ts")).encode())
    return uids[row["uid"]]


def is_right(holds, was, left, row, uids):
    if holds in ("open", "digest"):
        return left == was
    if holds == "uid":
        return left == uid(row, uids)
    if holds == "flow":
        return left == (was if level < 1 else "")
    if holds == "source":
        return source(was, left)
    if holds == "peer":
        return left == was or was in (row.get("src_ip"), row.get("proxied_ip")) and source(was, left)
    if holds == "mailbox":
        return left == mailbox(was)
    if holds == "domain":
        return left == was
    if holds == "secret":
        return left == (digits("password", raw(was)) if was else "")
    if holds == "content" and level == 2:
        return left == (digits("text", raw(was)) if was else "")
    if holds == "link" and level == 2:
        return left == ""
    if holds == "target" and level == 2:
        return "/" not in left.partition("://")[2] and "?" not in left
    if holds in ("free", "content", "link", "target"):
        return bool(left) == bool(was)
    return holds == "bytes" and (level < 2 and left or left == "")


def main():
    good, uids = True, {}
    # connections.csv first: it says what the uids become
    names = sorted((n for n in os.listdir(sys.argv[4]) if n.endswith(".csv")), key=lambda n: (n != "connections.csv", n))
    for name in names:
        if name == "payloads.csv" and not os.path.exists(os.path.join(sys.argv[5], name)):
            continue
        was = list(csv.DictReader(open(os.path.join(sys.argv[4], name))))
        left = list(csv.DictReader(open(os.path.join(sys.argv[5], name))))
        if len(was) != len(left):
            good = print(name, len(was), "rows became", len(left))
        for before, after in zip(was, left):
            for column, holds in schema[name].items():
                if not is_right(holds, before[column], after[column], before, uids):
                    good = print(name, column, holds, before[column], "became", after[column])
        print(name, len(left))
    sys.exit(good is None)


main()
