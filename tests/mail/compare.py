#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The columns of emails.csv that mails fill, beside what Python's email parser reads in the payload.
# Usage: compare.py RECORDS [MAIL...]; the mails by order, for the differences.
# Prints a line for each difference, and "COLUMN EQUAL OF" for each column.
import base64
import collections
import csv
import os
import re
import sys

from reading import attachments, expected

csv.field_size_limit(1 << 30)


def unescape(cell):
    """What a cell stands for: \\\\ and \\xNN."""
    raw = re.sub(rb"\\(\\|x([0-9a-f]{2}))", lambda m: b"\\" if m[1] == b"\\" else bytes((int(m[2], 16),)),
                 cell.encode("utf-8"))
    return raw.decode("utf-8", "surrogateescape")


def compare_attachments(records, rows, payloads, name):
    """Prints differences; (mails whose attachments are the same, mails)."""
    got = collections.defaultdict(list)
    for r in csv.DictReader(open(records + "/attachments.csv", newline="")):
        got[r["uid"], r["email_n"]].append((unescape(r["filename"]), r["content_type"].lower(), int(r["size"]), r["sha256"]))
    good = 0
    for number, row in enumerate(rows):
        key = row["uid"], row["email_n"]
        want = attachments(base64.b64decode(payloads[key]))
        good += got[key] == want
        if got[key] != want:
            print("%s: attachments: %r, not %r" % (name(number), got[key], want))
    return good, len(rows)


def main():
    records, mails = sys.argv[1], sys.argv[2:]
    rows = list(csv.DictReader(open(records + "/emails.csv", newline="")))
    payloads = {(r["uid"], r["email_n"]): r["data"] for r in csv.DictReader(open(records + "/payloads.csv", newline=""))}
    equal = {}
    parts = os.path.exists(records + "/attachments.csv")  # --mail full

    def name(number):
        return mails[number] if number < len(mails) else number

    for number, row in enumerate(rows):
        want = expected(base64.b64decode(payloads[row["uid"], row["email_n"]]), parts)
        for column, value in want.items():
            got = unescape(row[column])
            same = got == value
            equal.setdefault(column, [0, 0])
            equal[column][0] += same
            equal[column][1] += 1
            if not same:
                print("%s: %s: %r, not %r" % (name(number), column, got, value))
    if parts:
        equal["attachments"] = compare_attachments(records, rows, payloads, name)
    for column, (good, of) in equal.items():
        print(column, good, of)


main()
