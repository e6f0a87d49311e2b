#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The header lines that `potsherd extract --to eml` put before each mail say what the records say,
# whatever stands there: printable ASCII, no line but the expected ones, none too long.
# Usage: headers.py OUT RECORDS
import csv
import email.utils
import ipaddress
import re
import sys

out, records = sys.argv[1:]
STRICT = rb"A-Za-z0-9.:_\[\]-"


def raw(cell):
    return re.sub(rb"\\(x([0-9a-f]{2})|\\)", lambda m: bytes([int(m[2], 16)]) if m[2] else b"\\", cell.encode())


def hexed(value, stands):
    """Bytes but these as \\xNN"""
    return re.sub(rb"[^" + stands + rb"]", lambda m: b"\\x%02x" % m[0][0], value)


def text(cell, reserved=b""):
    value = raw(cell)
    shown = b""
    for i, byte in enumerate(value):
        c = bytes([byte])
        alone = 0 < i < len(value) - 1 and value[i - 1:i] != b" "
        if c == b"\\":
            shown += b"\\\\"
        elif c in reserved and reserved or not 32 <= byte < 127 or c == b" " and not alone:
            shown += b"\\x%02x" % byte
        else:
            shown += c
    return shown


def rows(name):
    return csv.DictReader(open("%s/%s.csv" % (records, name), newline=""))


def literal(ip):
    return b"[IPv6:%s]" % ip.encode() if ipaddress.ip_address(ip).version == 6 else b"[%s]" % ip.encode()


def with_port(host, port):
    name = hexed(raw(host), STRICT)
    return (b"[%s]" % name if ":" in host else name) + (b":" + port.encode() if port else b"")


recipients = {}
for r in rows("recipients"):
    if r["accepted"] != "0":
        recipients.setdefault((r["uid"], r["email_n"]), []).append(text(r["rcpt"]))
mails = 0
for r in rows("emails"):
    name = r["uid"] + "-" + r["email_n"]
    data = open("%s/%s.eml" % (out, name), "rb").read()
    added = data[:re.search(rb"^X-Potsherd-SHA256: [0-9a-f]{64}\r?\n", data, re.M).end()]
    assert re.fullmatch(rb"([\x20-\x7e]*\r?\n)*", added), added
    assert all(len(line) <= 998 for line in added.split(b"\n"))
    assert not re.search(rb"^\s*$", added[:-1], re.M), added
    unfolded = [line.split(b": ", 1) for line in re.sub(rb"\r?\n ", b" ", added).replace(b"\r", b"").splitlines()]
    target = r["target_host"] or r["target_ip"]
    want = []
    if r["mail_from"]:
        want.append([b"Return-Path", b"<%s>" % (b"" if r["mail_from"] == "<>" else text(r["mail_from"], b"<>"))])
    want += [[b"X-Envelope-To", to] for to in recipients.get((r["uid"], r["email_n"]), [])]
    want += [[b"X-Originating-IP", b"[%s]" % r["src_ip"].encode()],
             [b"X-Potsherd-Proxy", r["module"].encode() + b" " + with_port(r["dst_ip"], r["dst_port"])]]
    if target:
        want.append([b"X-Potsherd-Target", with_port(target, r["target_port"])])
    if r["missing_bytes"] != "0":
        want.append([b"X-Potsherd-Missing", r["missing_bytes"].encode()])
    if r["complete"] == "0":
        want.append([b"X-Potsherd-Complete", b"0"])
    received = dict((k, v) for k, v in unfolded)[b"Received"]
    # A word that is too long is broken: blanks within it are not the value's.
    match = re.fullmatch(rb"from ([^()]+) \((\S+)\) by (\S+) \((\S+)\) \(potsherd \S+ captured via (\S+)(?: for (\S+))?\) id (\S+); (.*)",
                         received)
    assert match, received
    assert match[1].replace(b" ", b"") == (hexed(raw(r["helo"]), STRICT) or b"unknown"), (match[1], r["helo"])
    assert match[2] == literal(r["src_ip"]) and match[4] == literal(r["dst_ip"]) + b":" + r["dst_port"].encode()
    assert match[3] == (hexed(raw(r["sensor"]), STRICT) or b"potsherd"), match[3]
    assert match[5] == r["module"].encode() and match[7] == name.encode()
    assert (match[6] or b"") == (with_port(target, r["target_port"]) if target else b""), match[6]
    at = email.utils.parsedate_to_datetime(match[8].decode())
    assert at.strftime("%Y-%m-%dT%H:%M:%S") == r["ts"][:19], match[8]
    want += [[b"Received", received], [b"X-Potsherd-SHA256", r["sha256"].encode()]]
    assert [[k, v.replace(b" ", b"")] for k, v in unfolded] == [[k, v.replace(b" ", b"")] for k, v in want], (unfolded, want)
    mails += 1
print("headers of %d mails" % mails)
