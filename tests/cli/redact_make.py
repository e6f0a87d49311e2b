#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A capture in which persons are named in every place that records are made of, and the list of
# what names them: a line each, the level at which it must be gone, and the bytes in hexadecimal.
# Usage: redact_make.py CAPTURE SECRETS
import base64
import binascii
import email.header
import email.mime.application
import email.mime.message
import email.mime.multipart
import email.mime.text
import ipaddress
import os
import struct
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mail"))
import wrap  # noqa: E402

B = base64.b64encode
SOURCES = ["198.51.100.77", "198.51.100.78", "203.0.113.99", "198.51.100.88", "2001:db8:77::1234:5678"]
RECIPIENTS = ["john.smith.q", "jane_doe77", "Maria.Kovacs", "o'brien.x", "peterson"]
DOMAIN = "rcpt.example"
SENDERS = ["sender.person", "other.sender", "envelope.from"]
OTHERS = ["not.an.envelope.recipient", "copied.person", "inner.person"]
USERS = ["proxyuser.x", "smtp.user9", "httpuser.z", "socks4id", "loginuser.y", "ftpuser.v", "linkuser.w"]
PASSWORDS = ["Pr0xySecret!", "SmtpSecret#7", "HttpSecret.8", "LoginSecret,9", "FtpSecret~4", "LinkSecret5"]


def address(name):
    return name + "@" + DOMAIN


class Capture(wrap.Capture):
    """Also IPv6."""

    def put(self, src, dst, sport, dport, seq, ack, flags, data=b""):
        if len(src) == 4:
            super().put(src, dst, sport, dport, seq, ack, flags, data)
            return
        tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags, 65535, 0, 0) + data
        tcp = tcp[:16] + struct.pack("!H", wrap.checksum(src + dst + struct.pack("!IHBB", len(tcp), 0, 0, 6) + tcp)) + tcp[18:]
        ip = struct.pack("!IHBB", 0x60000000, len(tcp), 6, 64) + src + dst
        frame = b"\2\0\0\0\0\2\2\0\0\0\0\1\x86\xdd" + ip + tcp
        self.time += 100
        self.out.write(struct.pack("<IIII", self.time // 1000000, self.time % 1000000, len(frame), len(frame)) + frame)


class Talk:
    def __init__(self, capture, source, port, server="192.0.2.25"):
        self.capture, self.sport, self.port = capture, 20000 + len(TALKS), port
        TALKS.append(self)
        self.src = ipaddress.ip_address(source).packed
        self.dst = ipaddress.ip_address("2001:db8:1::25" if len(self.src) == 16 else server).packed
        self.ours, self.theirs = 1000, 5000
        self.put(2)
        capture.put(self.dst, self.src, port, self.sport, self.theirs, self.ours + 1, 0x12)
        self.ours += 1
        self.theirs += 1
        self.put(0x10)

    def put(self, flags, data=b""):
        self.capture.put(self.src, self.dst, self.sport, self.port, self.ours, self.theirs, flags, data)

    def ask(self, data, answer=None):
        for at in range(0, len(data), 1300):
            piece = data[at:at + 1300]
            self.put(0x18, piece)
            self.ours += len(piece)
        if answer is not None:
            self.answer(answer)

    def answer(self, data):
        self.capture.put(self.dst, self.src, self.port, self.sport, self.theirs, self.ours, 0x18, data)
        self.theirs += len(data)

    def end(self):
        self.put(0x11)
        self.capture.put(self.dst, self.src, self.port, self.sport, self.theirs, self.ours + 1, 0x11)

    def send_mail(self, mail, recipients, sender, helo=b"HELO pc.example"):
        self.ask(helo + b"\r\n", b"250 ok\r\n")
        self.ask(b"MAIL FROM:<%s>\r\n" % sender, b"250 ok\r\n")
        for to in recipients:
            self.ask(b"RCPT TO:<%s>\r\n" % to.encode(), b"250 ok\r\n")
        self.ask(b"DATA\r\n", b"354 go on\r\n")
        mail = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.ask(wrap.stuffed(mail if mail.endswith(b"\r\n") else mail + b"\r\n") + b".\r\n", b"250 ok\r\n")


TALKS = []


def plain_mail(source):
    """Everything in text that is sent as it is."""
    to = address(RECIPIENTS[0])
    back = ".".join(reversed(source.split("."))) if "." in source else source
    return "\n".join([
        "Return-Path: <bounce-%s=%s@list.example>" % (RECIPIENTS[0], DOMAIN),
        "Received: from [%s] (host-%s.isp.example [%s])" % (source, source.replace(".", "-"), source),
        "\tby mx.example for <%s>; Mon, 17 Jul 2006 08:15:00 +0000" % to,
        "Received: from %s.in-addr.arpa" % back,
        "From: \"Offers\" <%s@from.example>" % SENDERS[0],
        "To: \"%s\" <%s>, %s" % (to, to, address(RECIPIENTS[1])),
        "Cc: %s\n @copy.example" % OTHERS[1],
        "Subject: %s, an offer for %s" % (RECIPIENTS[0], to),
        "Message-ID: <%s.1@from.example>" % SENDERS[0],
        "X-Mailer: Mailer for %s" % to,
        "X-Recipient: %s" % RECIPIENTS[1],
        "X-Originating-IP: [%s]" % source,
        "X-Exploded: %s" % ipaddress.ip_address(source).exploded,
        "Content-Type: text/html",
        "",
        "<p>Dear %s, dear %s (%s),</p>" % (RECIPIENTS[0], RECIPIENTS[1].upper(), OTHERS[0] + "@else.example"),
        "<a href=\"http://x.example/u?e=%s&amp;u=%s\">out</a>" % (urllib.parse.quote(to, safe=""), RECIPIENTS[0]),
        "<a href=\"http://x.example/r?u=%s\">" % urllib.parse.quote("http://y.example/?e=" + urllib.parse.quote(to, safe=""), safe=""),
        "<a href=\"http://x.example/b/%s/x\">" % B(to.encode()).decode(),
        "<a href=\"http://x.example/b?%s\">" % B(b"{\"id\":7,\"mail\":\"" + address(RECIPIENTS[1]).encode() + b"\"}").decode().rstrip("="),
        "<a href=\"http://x.example/h/%s\">" % to.encode().hex(),
        "<a href=\"http://x.example/p/%s\">" % "".join("%%%02X" % c for c in to.encode()),
        "<a href=\"http://%s.track.example/\">" % RECIPIENTS[0],
        "<a href=\"mailto:%s?subject=x\">" % "".join("&#%d;" % c for c in to.encode()),
        "<a href=\"http://%s:%s@login.example/\">" % (USERS[6], PASSWORDS[5]),
        "<img src=http://x.example/i.gif?ip=%s>" % source,
        "",
    ]).encode()


def parts_mail():
    """Text in encoded parts, names of files, a mail in a mail."""
    out = email.mime.multipart.MIMEMultipart(boundary="=_parts")
    out["From"] = "%s@from.example" % SENDERS[1]
    out["To"] = email.header.Header("%s" % address(RECIPIENTS[2]), "utf-8").encode()
    out["Subject"] = email.header.Header("Für %s" % address(RECIPIENTS[2]), "utf-8")
    out.preamble = "For %s" % address(RECIPIENTS[2])
    html = "<p>Liebe %s, grüße an %s</p><a href=\"http://x.example/?e=%s\">" % (
        RECIPIENTS[2], address(RECIPIENTS[3]), address(RECIPIENTS[2]))
    out.attach(email.mime.text.MIMEText(html, "html", "utf-8"))
    quoted = email.mime.text.MIMEText("x", "plain")
    quoted.set_payload(("A long line that is cut, as quoted-printable does it, in a name: %s@=\nrcpt.example\n%s@=\nelse.example\n"
                        % (RECIPIENTS[3], OTHERS[0].replace(".", "=2E"))).replace("@", "=40"))
    quoted["Content-Transfer-Encoding"] = "quoted-printable"
    out.attach(quoted)
    file = email.mime.application.MIMEApplication(b"%PDF for " + address(RECIPIENTS[2]).encode())
    file.add_header("Content-Disposition", "attachment", filename="bill-%s.pdf" % RECIPIENTS[2])
    out.attach(file)
    inner = email.mime.text.MIMEText("Hello %s@else.example" % OTHERS[2], "plain")
    inner["Subject"] = "to %s" % address(RECIPIENTS[2])
    out.attach(email.mime.message.MIMEMessage(inner))
    return out.as_bytes()


def odd_mail():
    """What nothing labels."""
    lines = ["To %s," % address(RECIPIENTS[4]), "a letter that is encoded though no header says so; and to", OTHERS[0] + "@else.example"]
    text = "".join(line.ljust(57) for line in lines).encode()  # of which each has a line in base64
    soft = "This line is quoted-printable without a label, and ends amid a name: %s=\r\n%s@%s\r\n" % (
        RECIPIENTS[4][:4], RECIPIENTS[4][4:], DOMAIN)
    return (b"Subject: odd\nTo: " + address(RECIPIENTS[4]).encode() + b"\n\n" + b"\n".join(
        B(text)[i:i + 76] for i in range(0, len(B(text)), 76)) + b"\n\nbegin 644 letter\n"
        + b"".join(binascii.b2a_uu(text[i:i + 45]) for i in range(0, len(text), 45)) + b"`\nend\n" + soft.encode()
        + address(RECIPIENTS[4]).replace("@", "=40").encode() + b"\n")


def socks5(capture):
    talk = Talk(capture, SOURCES[0], 1080)
    talk.ask(b"\5\1\2", b"\5\2")
    talk.ask(b"\1" + bytes([len(USERS[0])]) + USERS[0].encode() + bytes([len(PASSWORDS[0])]) + PASSWORDS[0].encode(), b"\1\0")
    talk.ask(b"\5\1\0\1" + talk.src + b"\0\x19", b"\5\0\0\1\0\0\0\0\0\0")  # to itself
    talk.answer(b"220 mx.example ESMTP\r\n")
    talk.ask(b"EHLO %s\r\n" % address(SENDERS[2]).encode(), b"250-mx.example\r\n250 AUTH PLAIN\r\n")
    talk.ask(b"AUTH PLAIN " + B(b"\0" + USERS[1].encode() + b"@auth.example\0" + PASSWORDS[1].encode()) + b"\r\n", b"235 ok\r\n")
    talk.send_mail(plain_mail(SOURCES[0]), [address(r) for r in RECIPIENTS[:2]], b"%s@from.example" % SENDERS[2].encode(),
                   b"EHLO [" + SOURCES[0].encode() + b"]")
    talk.end()


def http(capture):
    talk = Talk(capture, SOURCES[1], 8080)
    key = B(b"%s:%s" % (USERS[2].encode(), PASSWORDS[2].encode()))
    talk.ask(b"GET http://%s:%s@www.example/?mail=%s HTTP/1.1\r\nHost: www.example\r\nUser-Agent: tool for %s\r\n"
             b"Proxy-Authorization: Basic %s\r\n\r\n" % (USERS[6].encode(), PASSWORDS[5].encode(), address(OTHERS[0]).encode(),
                                                       address(OTHERS[1]).encode(), key),
             b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    talk.ask(b"CONNECT mx.example:25 HTTP/1.1\r\nProxy-Authorization: Basic %s\r\n\r\n" % key, b"HTTP/1.1 200 OK\r\n\r\n")
    talk.answer(b"220 mx.example ESMTP\r\n")
    talk.send_mail(parts_mail(), [address(r) for r in RECIPIENTS[2:4]], b"%s@from.example" % SENDERS[1].encode())
    talk.end()


def socks4(capture):
    talk = Talk(capture, SOURCES[0], 1080)
    talk.ask(b"\4\1\0\x15\xcb\x00\x71\x19" + USERS[3].encode() + b"\0", b"\0\x5a\0\0\0\0\0\0")
    talk.ask(b"USER %s\r\nPASS %s\r\n" % (USERS[5].encode(), PASSWORDS[4].encode()))
    talk.end()


def relay(capture):
    talk = Talk(capture, SOURCES[4], 25)
    talk.answer(b"220 mx.example ESMTP\r\n")
    talk.ask(b"EHLO [IPv6:%s]\r\n" % SOURCES[4].encode(), b"250-mx.example\r\n250 AUTH LOGIN\r\n")
    talk.ask(b"AUTH LOGIN\r\n", b"334 VXNlcm5hbWU6\r\n")
    talk.ask(B(USERS[4].encode()) + b"\r\n", b"334 UGFzc3dvcmQ6\r\n")
    talk.ask(B(PASSWORDS[3].encode()) + b"\r\n", b"535 no\r\n")
    talk.ask(b"MAIL FROM:<%s@from.example>\r\n" % SENDERS[1].encode(), b"250 ok\r\n")
    talk.ask(b"RCPT TO:<%s>\r\n" % address(RECIPIENTS[0]).encode(), b"554 no\r\n")
    talk.ask(b"RSET\r\n", b"250 ok\r\n")
    talk.send_mail(plain_mail(SOURCES[4]), [address(r) for r in RECIPIENTS[:2]], b"%s@from.example" % SENDERS[0].encode())
    talk.end()


def proxied(capture):
    talk = Talk(capture, SOURCES[0], 25)
    talk.ask(b"PROXY TCP4 %s 192.0.2.25 40000 25\r\n" % SOURCES[2].encode(), b"220 mx.example ESMTP\r\n")
    talk.send_mail(plain_mail(SOURCES[2]), [address(r) for r in RECIPIENTS[:2]], b"%s@from.example" % SENDERS[0].encode(),
                   b"HELO " + RECIPIENTS[0].encode())
    talk.send_mail(odd_mail(), [address(RECIPIENTS[4])], b"")
    talk.end()


def main():
    capture = Capture(sys.argv[1])
    for one in (socks5, http, socks4, relay, proxied):
        one(capture)
    for port in range(3):  # nobody answers
        capture.put(ipaddress.ip_address(SOURCES[3]).packed, bytes((192, 0, 2, 25)), 30000, 3128 + port, 1, 0, 2)
    capture.put(*2 * [ipaddress.ip_address(SOURCES[3]).packed], 30000, 3128, 1, 0, 2)  # to itself
    secrets = [("recipients", s.encode()) for s in RECIPIENTS + SENDERS + OTHERS + USERS + PASSWORDS]
    for source in map(ipaddress.ip_address, SOURCES):
        secrets.append(("addresses", str(source).encode()))
        secrets.append(("addresses", source.exploded.encode()))
        if source.version == 4:
            secrets.append(("addresses", str(source).replace(".", "-").encode()))
            secrets.append(("addresses", ".".join(reversed(str(source).split("."))).encode()))
    with open(sys.argv[2], "w") as out:
        out.writelines("%s %s\n" % (level, secret.hex()) for level, secret in dict.fromkeys(secrets))


main()
