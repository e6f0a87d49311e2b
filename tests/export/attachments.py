#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The folder that `potsherd extract --to attachments` wrote: index.csv has the rows of attachments.csv,
# files are named by their SHA-256, each that the index has is there, and nothing else; and of mails
# that are given Python's email parser finds the same files.
# Usage: attachments.py OUT RECORDS [MAIL...]
import csv
import email
import email.policy
import hashlib
import os
import sys

out, records, mails = sys.argv[1], sys.argv[2], sys.argv[3:]
COLUMNS = ["sha256", "size", "content_type", "found_type", "filename", "uid", "email_n"]
index = list(csv.DictReader(open(out + "/index.csv", newline="")))
assert not index or list(index[0]) == COLUMNS
expected = [{c: row[c] for c in COLUMNS} for row in csv.DictReader(open(records + "/attachments.csv", newline=""))]
assert index == expected, "index.csv differs"
for name in os.listdir(out):
    if name != "index.csv":
        data = open(out + "/" + name, "rb").read()
        assert hashlib.sha256(data).hexdigest() == name, name
        assert {row["size"] for row in index if row["sha256"] == name} == {str(len(data))}, name
assert {row["sha256"] for row in index} == set(os.listdir(out)) - {"index.csv"}

theirs = []
for path in mails:
    for part in email.message_from_binary_file(open(path, "rb"), policy=email.policy.compat32).walk():
        if part.is_multipart() or part.get_content_maintype() == "message":
            continue
        if part.get_filename() or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            theirs.append(hashlib.sha256(part.get_payload(decode=True)).hexdigest())
assert not mails or sorted(theirs) == sorted(row["sha256"] for row in index), "Python finds others"
print("%d attachments, %d files" % (len(index), len(os.listdir(out)) - 1))
