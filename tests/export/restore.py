#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The mails that `potsherd extract` wrote, as Python reads them, without the added lines and with
# their line ends mapped back: are they the payloads that emails.csv has the SHA-256 of?
# Usage: restore.py eml|mbox|maildir PATH EMAILS.csv...
# mutt-mbox, mutt-maildir: what mutt has copied of them, with headers and names of its own.
import csv
import email
import hashlib
import mailbox
import os
import re
import sys

form, path = sys.argv[1:3]
mutt = form.startswith("mutt-")
form = form.replace("mutt-", "")
LAST = re.compile(rb"^X-Potsherd-SHA256: ([0-9a-f]{64})\r?\n", re.M)
THEIRS = re.compile(rb"^(Status|Content-Length|Lines): [^\n]*\n", re.M)


def eml():
    for name in sorted(os.listdir(path)):
        assert re.fullmatch(r"[0-9a-f]{16}-\d+\.eml", name), name
        with open(os.path.join(path, name), "rb") as f:
            yield name[:-4], f.read()


def mbox():
    box = mailbox.mbox(path, create=False)
    for key in box.iterkeys():
        text = box.get_bytes(key)
        text = re.sub(rb"(?m)^>(>*From )", rb"\1", text)
        name = None if mutt else box.get_string(key, from_=True).split()[1].split("@")[0]
        yield name, text


def maildir():
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.iterkeys()):
        assert mutt or re.fullmatch(r"\d+\.[0-9a-f]{16}-\d+\.potsherd", key), key
        yield None if mutt else key.split(".")[1], box.get_bytes(key)


def payload(text):
    """Without what was added, and as it was sent"""
    mark = LAST.search(text)
    lines = re.search(rb"^X-Potsherd-Lines: (\w+)( no-end)?$", text[:mark.start()], re.M)
    rest = text[mark.end():]
    assert (lines is None) == (form == "eml")
    if mutt:  # which puts them at the end of the headers
        head, empty, body = rest.partition(b"\n\n")
        rest = THEIRS.sub(b"", head + b"\n")[:-1] + empty + body
    if lines and lines[2]:
        assert rest.endswith(b"\n")
        rest = rest[:-1]
    if lines and lines[1] == b"crlf":
        rest = rest.replace(b"\n", b"\r\n")
    return rest, mark[1].decode()


expected = {}
for file in sys.argv[3:]:
    for row in csv.DictReader(open(file, newline="")):
        expected[row["uid"] + "-" + row["email_n"]] = row["sha256"]
found = {}
for name, text in {"eml": eml, "mbox": mbox, "maildir": maildir}[form]():
    rest, noted = payload(text)
    sha256 = hashlib.sha256(rest).hexdigest()
    name = name or re.search(rb" id ([0-9a-f]{16}-\d+);", re.sub(rb"\r?\n ", b" ", text))[1].decode()
    assert name not in found, name
    found[name] = sha256
    assert expected[name] == noted, name
    if sha256 != expected[name]:
        print(name, "is not whole")
    if email.message_from_bytes(text)["X-Potsherd-SHA256"].split()[0] != noted:
        print(name, "is read otherwise")
whole = sum(expected[name] == sha256 for name, sha256 in found.items())
print("%d whole of %d" % (whole, len(expected)))
