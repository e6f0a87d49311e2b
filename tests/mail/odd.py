#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Mails whose headers are odd, one a file; and hostile ones.
# Usage: odd.py FOLDER odd|hostile|probes|links
import base64
import os
import random
import sys

B = base64.b64encode

ODD = {
    "plain": b"From: A <a@x.example>\nTo: b@y.example\nSubject: plain\nMessage-ID: <1@x.example>\n"
             b"Date: Mon, 17 Jul 2006 08:15:00 +0000\nX-Mailer: The Bat! (v1.62)\n\nbody\n",
    "folded": b"Subject: one\n two\n\tthree\nTo: a@x.example,\n  b@y.example\n\nbody\n",
    "doubled": b"Subject: one\nSubject: two\nFrom: a\nFrom: b\n\nbody\n",
    "words": b"Subject: =?utf-8?B?" + B("Grüße aus 北京".encode()) + b"?= and =?koi8-r?Q?=F0=D2=C9=D7=C5=D4?=\n"
             b"From: =?iso-8859-2?Q?=A3=F3d=BC?= <a@x.example>\n\nbody\n",
    "split": b"Subject: =?utf-8?B?" + B("北京".encode()[:4]) + b"?=\n =?utf-8?B?" + B("北京".encode()[4:]) + b"?=\n\nbody\n",
    "raw": "Subject: Schöne Grüße\n\nbody\n".encode(),
    "raw-declared": "Subject: Привет\nContent-Type: text/plain; charset=koi8-r\n\nbody\n".encode("koi8-r"),
    "japanese": b"Subject: =?iso-2022-jp?B?" + B("こんにちは".encode("iso-2022-jp")) + b"?=\n\nbody\n",
    "chinese": b"Subject: =?GB2312?B?" + B("你好".encode("gb2312")) + b"?=\n\nbody\n",
    "korean": b"Subject: =?euc-kr?B?" + B("안녕".encode("euc-kr")) + b"?=\n\nbody\n",
    "no-headers": b"only text, and no header: at all\n\nSubject: no\n",
    "no-body": b"Subject: no body\n",
    "user-agent": b"User-Agent: Mutt\nContent-Type: TEXT/HTML; charset=\"UTF-8\"\n\n<p>\n",
    "multipart": b"Content-Type: multipart/mixed; boundary=x\nSubject: parts\n\n--x\n\ntext\n--x--\n",
    "tabs": b"Subject:\ttabs\t\nTo:a@x.example\n\nbody\n",
    "attached": b"Subject: parts\nContent-Type: multipart/mixed; boundary=\"=_x\"\n\nignored\n--=_x\n"
                b"Content-Type: text/plain; charset=iso-8859-2\n\ntext\n--=_x\n"
                b"Content-Type: application/octet-stream; name=\"a.zip\"\nContent-Transfer-Encoding: base64\n"
                b"Content-Disposition: attachment; filename=\"a.zip\"\n\n" + B(b"PK\3\4" + bytes(range(200))) + b"\n--=_x\n"
                b"Content-Type: image/gif\nContent-Transfer-Encoding: base64\n\n" + B(b"GIF89a" + bytes(50)) + b"\n--=_x\n"
                b"Content-Type: application/pdf; name*=utf-8''r%C3%A4tsel.pdf\nContent-Transfer-Encoding: base64\n\n"
                + B(b"%PDF-1.4 ...") + b"\n--=_x\n"
                b"Content-Type: application/msword; name=\"=?utf-8?B?" + B("Rätsel.doc".encode()) + b"?=\"\n"
                b"Content-Transfer-Encoding: quoted-printable\n\n=D0=CF=11=E0=A1=B1=1A=E1=\n\n--=_x--\nafter\n",
    "nested": b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n"
              b"--b\n\nplain\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>\n--b--\n--a\n"
              b"Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: multipart/mixed; boundary=c\n\n--c\n"
              b"Content-Type: application/x-dosexec; name=\"x.exe\"\n\nMZ\n--c--\n--a--\n",
    "only-one": b"Content-Type: application/zip; name=whole.zip\nContent-Transfer-Encoding: base64\n\n" + B(b"PK\3\4") + b"\n",
    "8bit-name": b"Subject: before\nX-\xff: odd\nSubject: after\n\nbody\n",
}


# For the server of wrap.py, 192.0.2.25; what stands in the name before = is expected in `probe`.
PROBES = {
    "dotted:subject": b"Subject: test 192.0.2.25:1080\n\nx\n",
    "dotted:text": b"Subject: s\n\n<192-0-2-25>\n",
    "dotted:text=quoted": b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n=31=39=32.0.2.25\n",
    "dotted:headers": b"X-Proxy: 192_0_2_25\n\nx\n",
    "reversed:subject": b"Subject: 25.2.0.192 ok\n\nx\n",
    "decimal:text": b"Subject: s\n\nid=3221226009\n",
    "hex:headers": b"X-Id: C0000219-0438\n\nx\n",
    "hex:subject": b"Subject: c0.00.02.19\n\nx\n",
    "padded:subject": b"Subject: 192000002025\n\nx\n",
    "base64:text": b"Subject: s\n\n" + B(b"192.0.2.25:25") + b"\n",
    "base64:text=1": b"Subject: s\n\n" + B(b"a192.0.2.25:25") + b"\n",
    "base64:text=2": b"Subject: s\n\n" + B(b"ab192.0.2.25:25") + b"\n",
    "words:subject": b"Subject: Open Relay Test\n\nx\n",
    "=longer": b"Subject: 192.0.2.250 and 1192.0.2.25 and 32212260091\n\n192.0.2.2\n",
    "=talk": b"Subject: Re: relays\n\nWe test relays, and open ones are closed.\n",
}


HTML = b"Content-Type: text/html; charset=utf-8\n\n"
LINKS = {
    "01-anchor": HTML + b"<a href='http://www.bank.example/login?a=1&amp;b=2#x'>https://bank.example/</a>\n",
    "02-phish": HTML + b"<p><A class=x HREF = \"http://203.0.113.9/~x/\"><b>www.</b>bank.example</A>\n",
    "03-user": HTML + b"<a href=\"https://www.bank.example:443@evil.example:8080/\">your bank</a>\n",
    "04-number": HTML + b"<img src=http://3405803785/i.gif><img src=\"http://0xcb.0x0.0161.9/\">\n",
    "05-percent": HTML + b"<a href=\"hTTp:\\\\%65vil.example\\x\">x</a><form action=//form.example.co.uk/f>\n",
    "06-broken": HTML + b"<a href=\"ht\ntp://e\tvil.example/\"><!-- <a href=http://no.example/> --><area href=http://map.example/>\n",
    "07-refresh": HTML + b"<meta http-equiv=refresh content=\"0; URL='http://next.example/'\"><body background=http://bg.example/b.png>\n",
    "08-base": HTML + b"<base href=http://base.example/d/><a href=page.html>p</a><a href=#top>t</a><a href=mailto:a@x.example>m</a>\n",
    "09-idn": HTML + "<a href='http://bücher.example/'>x</a><a href='http://evil。example/'>x</a>\n".encode(),
    "10-text": b"Subject: s\n\nsee (http://text.example/a.b), www.plain.example. and hxxps://bad[.]example(dot)com/x\n"
               b"nohttp://glued.example/ http:// www. ftp://[2001:db8::1]:21/f\n",
}


def hostile():
    rnd = random.Random(1)
    yield "long-subject", b"Subject: " + b"x" * 20_000_000 + b"\nTo: late\n\nbody\n"
    yield "folded", b"Subject: a\n" + b" b\n" * 300_000 + b"To: late\n\nbody\n"
    yield "words", b"Subject:" + b" =?utf-8?B?eA==?=" * 50_000 + b"\n\nbody\n"
    yield "half-words", b"Subject:" + b"=?a?b?x" * 100_000 + b"\n\nbody\n"
    yield "nested", b"To: " + b"a:" * 65536 + b";" * 65536 + b"\nSubject: nested\n\nbody\n"
    yield "comments", b"To: " + b"(" * 131072 + b"\nSubject: comments\n\nbody\n"
    yield "headers", b"".join(b"X-%d: y\n" % n for n in range(100_000)) + b"Subject: late\n\nbody\n"
    yield "nul", b"Subject: a\0b\nTo: \0\n\nbody\n"
    yield "random", b"Subject: " + bytes(rnd.randrange(256) for _ in range(4_000_000)).replace(b"\n", b"") + b"\n\nbody\n"
    yield "parameters", b"Content-Type: text/plain" + b";a=\"" * 60_000 + b"\nSubject: p\n\nbody\n"
    yield "parts", b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 100_000 + b"--x--\n"
    yield "parts-9000", b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: image/gif\n\na\n" * 9_000
    yield "depth", b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(9_000)) + b"\na\n"
    yield "depth-20000", b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(20_000))
    yield "base64", b"Content-Type: image/gif\nContent-Transfer-Encoding: base64\n\n" + B(bytes(20_000_000)) + b"\n"
    yield "too-long", b"Subject: long\n\n" + b"x" * 33_554_432 + b"\n"
    yield "boundary", b"Content-Type: multipart/mixed; boundary=\"" + b"x" * 60_000 + b"\"\n\n--" + b"x" * 60_000 + b"\n\na\n"
    yield "inner", b"Content-Type: message/rfc822\n\n" * 9_000 + b"a\n"
    yield "links", HTML + b"<a href=http://a.example/>b.example</a>" * 250_000
    yield "links-open", HTML + b"<a href=\"http://a.example/" * 250_000
    yield "links-www", b"Subject: s\n\n" + b"www." * 1_000_000 + b" www." * 500_000
    for name, start in (("inner-nested", b"To: "), ("inner-folded", b"rEpLy-To:\n\t")):
        yield name, b"Content-Type: message/rfc822\n\n" + start + b"a:" * 65536 + b";" * 65536 + b"\n\nbody\n"
    yield "utf-7", b"Subject: =?utf-7?Q?" + b"+AAA" * 4000 + b"?=\n\nbody\n"
    yield "iso-2022", b"Subject: =?iso-2022-jp?Q?" + b"=1B$B=1B(B" * 1500 + b"?=\n\nbody\n"


def main():
    folder, kind = sys.argv[1:]
    os.makedirs(folder)
    kinds = {"odd": ODD.items, "probes": PROBES.items, "links": LINKS.items, "hostile": hostile}
    for name, text in kinds[kind]():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(text)


main()
