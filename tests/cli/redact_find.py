#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Looks for what names persons in every file of a folder, and in what can be decoded of them: all
# base64, quoted-printable, percent-encoding, entities, hexadecimal, MIME parts, again and again.
# Prints a line for each that is found: FILE SECRET HOW.
# Usage: redact_find.py SECRETS LEVEL FOLDER...
import base64
import binascii
import email
import html
import os
import quopri
import re
import sys
import urllib.parse

LEVELS = ["recipients", "addresses", "content"]
DEPTH = 4
# What base64 decodes to of what is none is looked for in, but not decoded any further.
TEXT = re.compile(rb"[\t\n\r -~\x80-\xff]+")


def secrets(path, level):
    for line in open(path):
        of, text = line.split()
        if LEVELS.index(of) <= LEVELS.index(level):
            yield bytes.fromhex(text).lower()


def base64_of(data):
    """Each run, from each place in a group of four."""
    for run in re.findall(rb"[A-Za-z0-9+/_-]{8,}", data):
        run = run.replace(b"-", b"+").replace(b"_", b"/")
        for first in range(4):
            part = run[first:]
            yield base64.b64decode(part[:len(part) // 4 * 4] + (part[len(part) // 4 * 4:] + b"==" if len(part) % 4 > 1 else b"")[:4])


def joined(data):
    """Lines of base64 that belong together."""
    for block in re.findall(rb"(?:^[A-Za-z0-9+/=]{20,}\r?\n)+(?:[A-Za-z0-9+/=]+\r?\n)?", data, re.M):
        yield re.sub(rb"[\r\n]", b"", block)


def uuencoded(data):
    out = b""
    for line in data.splitlines():
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            pass
    return out


def parts_of(data):
    for part in email.message_from_bytes(data).walk():
        for name, value in part.items():
            yield ("%s: %s" % (name, value)).encode("utf-8", "surrogateescape")
            try:
                words = email.header.decode_header(value)
            except (email.errors.HeaderParseError, UnicodeEncodeError):
                continue
            yield b"".join(w if isinstance(w, bytes) else w.encode("utf-8", "surrogateescape") for w, _ in words)
        if not part.is_multipart():
            yield part.get_payload(decode=True) or b""


def unescaped_cells(data):
    return re.sub(rb"\\(x[0-9a-f]{2}|\\)", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), data)


def decodings(data):
    yield "cells", unescaped_cells(data.replace(b'""', b'"'))
    yield "percent", urllib.parse.unquote_to_bytes(data)
    yield "entities", html.unescape(data.decode("latin-1")).encode("utf-8", "replace")
    yield "quoted", quopri.decodestring(data)
    yield "unfolded", re.sub(rb"\r?\n[ \t]+", b"", data)
    yield "uuencode", uuencoded(data)
    for one in joined(data):
        yield "joined", one
    for one in base64_of(data):
        yield "base64", one
    for one in re.findall(rb"(?:[0-9a-fA-F]{2}){6,}", data):
        yield "hex", bytes.fromhex(one.decode())
    for one in parts_of(data):
        yield "mime", one


def look(data, wanted, how, seen, found):
    if data in seen:
        return
    seen.add(data)
    lower = data.lower()
    for secret in wanted:
        if secret in lower:
            found.setdefault(secret, " ".join(how) or "as it is")
    if len(how) == DEPTH or not TEXT.fullmatch(data):
        return
    for name, other in decodings(data):
        if other != data:
            look(other, wanted, how + [name], seen, found)


def mails_of(path, data):
    if path.endswith(".mbox"):
        return re.split(rb"^From .*\n", data, flags=re.M)
    if "payloads" in os.path.basename(path):
        return [base64.b64decode(line.rsplit(b",", 1)[1]) for line in data.splitlines()[1:]]
    return data.splitlines()


def main():
    wanted = set(secrets(sys.argv[1], sys.argv[2]))
    for folder in sys.argv[3:]:
        for path in sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names):
            data = open(path, "rb").read()
            found, seen = {}, set()
            for secret in wanted:
                if secret in data.lower():
                    found[secret] = "as it is"
            for one in mails_of(path, data):
                look(one, wanted, [], seen, found)
            for secret, how in found.items():
                print(os.path.basename(path), secret.decode(), how)


main()
