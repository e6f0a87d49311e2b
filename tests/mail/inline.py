#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Mails with files in their text, and names that are hard to read; prints what attachments.csv says
# of them: filename, content_type, size, SHA-256.
# Usage: inline.py FOLDER
import base64
import binascii
import hashlib
import os
import sys

DATA = bytes(range(256)) * 7 + b"end"


def uu(data, name, end=b"end\n", trailing=b""):
    lines = [binascii.b2a_uu(data[i:i + 45], backtick=True).rstrip(b"\n") + trailing for i in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"\n".join(lines) + b"\n`\n" + end


def yenc(data, name):
    coded = b""
    for byte in data:
        c = (byte + 42) % 256
        coded += b"=" + bytes(((c + 64) % 256,)) if c in b"\0\n\r=" else bytes((c,))
    out, line = b"", b""
    while coded:  # 128 a line, an escape is not split
        n = 129 if coded[127:128] == b"=" else 128
        line, coded = coded[:n], coded[n:]
        out += (b"." if line.startswith(b".") else b"") + line + b"\n"
    return b"=ybegin line=128 size=%d name=" % len(data) + name + b"\n" + out + b"=yend size=%d\n" % len(data)


def mixed(*parts):
    return b"Content-Type: multipart/mixed; boundary=x\n\n--x" + b"".join(
        b"\nContent-Type: application/x-a%s\nContent-Disposition: attachment%s\n\nabc\n--x" % p for p in parts) + b"--\n"


def word(text, charset="utf-8"):
    return b"=?%s?B?" % charset.encode() + base64.b64encode(text.encode(charset)) + b"?="


UU, Y = "application/x-uuencode", "application/x-yencode"
MAILS = [
    (b"Subject: uu\n\ntext\n" + uu(DATA, b"a.bin") + b"more\n", [("a.bin", UU, DATA)]),
    (b"\nbegin the day\nbegin 644 nothing\ntext that is none at all\nbegin 12 x\n", []),
    (b"\n" + uu(b"x" * 45, b"two words.txt", b"") + b"\ntext, no end\n" + uu(b"yz", b"b", trailing=b"A"),
     [("two words.txt", UU, b"x" * 45), ("b", UU, b"yz")]),
    (b"\nhello\n" + yenc(DATA[:1000], b"c d.bin") + b"bye\n", [("c d.bin", Y, DATA[:1000])]),
    (mixed((b"", b"; filename*0=\"long na\"; filename*1=\"me.txt\""),
           (b"", b";\n filename*0*=utf-8''r%C3%A4; filename*1=t%41; filename*2*=%C3%A9"),
           (b"; name=" + word("Grüße ") + b"\n " + word("Два", "koi8-r"), b""),
           (b"", b"; filename=\"" + word("안녕 ") + b"\n " + word("x.pdf") + b"\""),
           (b"", b"; filename=a b c.doc"),
           (b"; name=other", b"; filename=\"\"")),
     [(n, "application/x-a", b"abc") for n in
      ("long name.txt", "rät%41é", "Grüße Два", "안녕 x.pdf", "a b c.doc", "other")]),
]


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    for i, (mail, files) in enumerate(MAILS):
        with open(os.path.join(sys.argv[1], f"{i}.eml"), "wb") as out:
            out.write(mail)
        for name, kind, data in files:
            print(f"{name},{kind},{len(data)},{hashlib.sha256(data).hexdigest()}")


main()
