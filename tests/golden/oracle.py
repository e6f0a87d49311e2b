#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derive the expected records of a capture, independently of potsherd.

    oracle.py NAME...       write tests/golden/NAME/*.csv (default: all of LIST)
    oracle.py --check ...   compare instead: with pcaps/SENT (what clients were
                            told to send) and with Wireshark's own dissection

tshark splits the packets into TCP streams and hands out payloads, sequence
numbers and Community IDs; all that is above TCP is read here, from the RFCs
(1928, 1929, the SOCKS4 and 4a memos, 9110, 9112, 5321, 3030, 4954) and the
column table.  Whole streams are parsed after the fact, so nothing here
resembles an incremental parser: a conversation is two byte strings, and a
reply belongs to a command because of its place in the order of replies.
"""
import base64
import binascii
import bisect
import collections
import csv
import gzip
import hashlib
import io
import ipaddress
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mail"))
from reading import attachments, expected, layout, text_links  # noqa: E402 (Python's email parser)

PCAPS = os.path.join(HERE, "..", "..", "pcaps")

# The usual services of the ports that the SpamPots honeypots listened on.
SERVICES = {1080: "socks", 8080: "alternate http", 80: "http", 3128: "Squid", 8000: "alternate http",
            6588: "AnalogX", 25: "smtp", 4480: "Proxy+", 3127: "MyDoom Backdoor",
            3382: "Sobig.f Backdoor", 81: "alternate http"}

ENDS = "src_ip src_port dst_ip dst_port service src_cc src_asn src_as_name"
COLUMNS = {
    "connections": "ts uid community_id sensor src_ip src_port dst_ip dst_port service protocol src_cc src_asn "
    "src_as_name duration bytes_from_src bytes_from_dst packets_from_src packets_from_dst missing_bytes "
    "requests emails end flags server_name proxied_ip proxied_port capture_n",
    "requests": f"ts uid request_n sensor {ENDS} module command class target target_host target_ip target_port "
    "target_cc target_asn target_as_name depth user password user_agent reply accepted error",
    "emails": f"ts uid email_n sensor {ENDS} module target_host target_ip target_port target_cc target_asn helo "
    "auth_user mail_from rcpt_count rcpt_rejected size sha256 body_sha256 complete missing_bytes reply subject "
    "header_from header_to message_id header_date mailer content_type charset language urls attachments probe tags "
    "mail_flags layout text_signature",
    "recipients": "ts uid email_n sensor rcpt domain accepted",
    "payloads": "ts uid email_n sensor size sha256 data",
    "logins": f"ts uid login_n sensor {ENDS} module depth mechanism user password accepted reply",
    "refusals": f"ts uid refusal_n sensor {ENDS} module target_host target_ip target_port helo auth_user mail_from "
    "rcpt_count rcpt_rejected first_rcpt reply",
}
COLUMNS = {k: v.split() for k, v in COLUMNS.items()}
METHODS = {b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH", b"PROPFIND"}
SMTP_VERBS = {b"HELO", b"EHLO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP", b"QUIT", b"AUTH", b"BDAT",
              b"STARTTLS", b"VRFY", b"EXPN", b"HELP"}


# ------------------------------------------------------------------- packets

def tshark(path, *args):
    cmd = ["tshark", "-n", "-r", path, "--enable-protocol", "communityid",
           "-o", "tcp.desegment_tcp_streams:FALSE"] + list(args)
    return subprocess.run(cmd, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()


def unpacked(path, folder):
    """tshark reads gzip and zstd by itself where it was built so; do not rely on it."""
    if path.endswith((".gz", ".zst")):
        plain = os.path.join(folder, os.path.basename(path).rsplit(".", 1)[0])
        with open(plain, "wb") as out:
            if path.endswith(".gz"):
                shutil.copyfileobj(gzip.open(path), out)
            else:
                subprocess.run(["zstd", "-dc", path], check=True, stdout=out)
        return plain
    return path


def usec(text):
    whole, frac = text.split(".")
    return int(whole) * 1000000 + int((frac + "000000")[:6])


def stamp(us):
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


Packet = collections.namedtuple("Packet", "us src sport dst dport seq flags data cid")


def read_streams(path):
    fields = ("frame.time_epoch ip.src tcp.srcport ip.dst tcp.dstport tcp.stream tcp.seq_raw tcp.flags "
              "tcp.payload communityid").split()
    args = ["-Y", "tcp && ip", "-T", "fields", "-E", "occurrence=f"]
    for f in fields:
        args += ["-e", f]
    streams = collections.OrderedDict()
    for row in tshark(path, *args).splitlines():
        us, src, sport, dst, dport, stream, seq, flags, data, cid = row.split("\t")
        streams.setdefault(int(stream), []).append(
            Packet(usec(us), src, int(sport), dst, int(dport), int(seq), int(flags, 16),
                   bytes.fromhex(data.replace(":", "")), cid))
    return list(streams.values())


class Bytes:
    """What one side said: the bytes in order and when each could be read."""

    def __init__(self, packets, isn):
        self.raw, self.times, self.ends = b"", [], []
        held = {}
        for p in packets:
            if not p.data:
                continue
            held[(p.seq - isn - 1) & 0xffffffff] = max(held.get((p.seq - isn - 1) & 0xffffffff, b""), p.data, key=len)
            grew = True
            while grew:
                grew = False
                for at, data in sorted(held.items()):
                    if at <= len(self.raw) < at + len(data):
                        self.raw += data[len(self.raw) - at:]
                        self.ends.append(len(self.raw))
                        self.times.append(p.us)
                        grew = True
            assert len(held) < 10000

    def when(self, end):
        """Time of the packet that made the first END bytes known."""
        return self.times[bisect.bisect_left(self.ends, max(end, 1))]


class Side:
    """A view of a Bytes from an offset on."""

    def __init__(self, whole, at=0, end=None):
        self.whole, self.at, self.end = whole, at, len(whole.raw) if end is None else end

    def left(self):
        return self.whole.raw[self.at:self.end]

    def take(self, n):
        got = self.whole.raw[self.at:min(self.at + n, self.end)]
        self.at += len(got)
        return got

    def line(self):
        """The next line with its end, or None."""
        i = self.whole.raw.find(b"\n", self.at, self.end)
        if i < 0:
            return None
        return self.take(i + 1 - self.at)

    def us(self):
        """Time when all that was taken until now was there."""
        return self.whole.when(self.at)


# --------------------------------------------------------------------- cells

def text(raw):
    """Bytes as a text cell: what is not printable UTF-8 as \\xNN, \\ as \\\\."""
    if isinstance(raw, str):
        raw = raw.encode()
    out, i = "", 0
    while i < len(raw):
        for n in (1, 2, 3, 4):
            try:
                ch = raw[i:i + n].decode("utf-8")
            except UnicodeDecodeError:
                continue
            if len(ch) == 1:
                break
        else:
            ch, n = None, 1
        if ch is None or ord(ch) < 32 or 127 <= ord(ch) < 160:
            out += "".join("\\x%02x" % b for b in raw[i:i + n])
        else:
            out += "\\\\" if ch == "\\" else ch
        i += n
    return out


def sha(data):
    return hashlib.sha256(data).hexdigest()


def address(host):
    try:
        return str(ipaddress.ip_address(host.decode("ascii").strip("[]")))
    except (ValueError, UnicodeDecodeError):
        return None


def place(row, host, port):
    """Fill target_host or target_ip, and target_port."""
    ip = address(host)
    if ip:
        row["target_ip"] = ip
    elif host:
        row["target_host"] = text(host.lower())
    if port is not None:
        row["target_port"] = port


def authority(raw):
    """host, port of host[:port]; port None where there is none; None if malformed."""
    m = re.fullmatch(rb"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]@?#]+)(?::(\d*))?", raw)
    if not m:
        return None
    port = int(m[2]) if m[2] else None
    if port is not None and not 0 < port < 65536:
        return None
    return m[1], port


# --------------------------------------------------------------- conversations

class Conversation:
    """One TCP connection; collects rows."""

    def __init__(self, c, s):
        self.c, self.s = Bytes(*c), Bytes(*s)
        self.requests, self.emails, self.logins, self.refusals = [], [], [], []
        self.protocol = self.server_name = ""

    def run(self):
        self.protocol = self.talk(Side(self.c), Side(self.s), 1, None) or ""
        if not self.protocol and (self.c.raw or self.s.raw):
            self.protocol = "other"

    def talk(self, c, s, depth, via):
        """Read a conversation of unknown protocol; returns its name or None."""
        first = c.left()
        if re.match(rb"\x05[\x01-\xff]", first) and len(first) >= 2 + first[1]:
            return self.socks5(c, s, depth)
        if re.match(rb"\x04[\x01\x02]", first) and b"\0" in first[8:]:
            return self.socks4(c, s, depth)
        word = re.match(rb"[A-Za-z]+", first)
        word = word[0].upper() if word else b""
        if word in METHODS:
            return self.http(c, s, depth)
        # an EHLO, or a mail server's greeting and a client that knows its words
        if word in SMTP_VERBS and b"\n" in first and (
                word in (b"HELO", b"EHLO") or s.left().startswith((b"220", b"221", b"421", b"554"))):
            self.smtp(c, s, via, depth)
            return "smtp"
        if re.match(rb"\x16\x03[\x00-\x04]..\x01\x00..\x03[\x00-\x04]", first, re.S) and \
                (not s.left() or re.match(rb"[\x15\x16]\x03", s.left())):
            self.tls(first)
            return "tls"
        if first and re.match(rb"HTTP/1\.[01] 4\d\d", s.left()):
            return self.http(c, s, depth)
        return None

    def tls(self, hello):
        """RFC 8446 section 4.1.2, RFC 6066 section 3; a ClientHello in one record."""
        def vector(at, width):
            n = int.from_bytes(hello[at:at + width], "big")
            return at + width + n, hello[at + width:at + width + n]
        at = 5 + 4 + 2 + 32
        for width in (1, 2, 1):
            at, _ = vector(at, width)
        end, _ = vector(at, 2)
        at += 2
        while at < end:
            kind = hello[at:at + 2]
            at, extension = vector(at + 2, 2)
            if kind == b"\0\0":
                self.server_name = text(extension[5:].lower())

    def request(self, us, module, depth):
        row = dict(us=us, module=module, depth=depth)
        self.requests.append(row)
        return row

    def login(self, us, module, depth, mechanism, user, password, reply, let_in):
        """let_in: the replies that mean it, or a function of the reply."""
        ok = "" if reply is None else int(let_in(reply) if callable(let_in) else reply in let_in)
        self.logins.append(dict(us=us, module=module, depth=depth, mechanism=mechanism, user=text(user),
                                password=text(password), accepted=ok, reply="" if reply is None else reply))

    # SOCKS5, RFC 1928: greeting, method, [RFC 1929: user and password], request, reply
    def socks5(self, c, s, depth):
        c.take(1)
        c.take(c.take(1)[0])
        user = {}
        chosen = s.take(2)
        if chosen[1:] == b"\x02" and c.left()[:1] == b"\x01":
            c.take(1)
            name, password = c.take(c.take(1)[0]), c.take(c.take(1)[0])
            user.update(user=text(name), password=text(password))
            status = s.take(2)[1:]
            self.login(c.us(), "socks5", depth, "RFC1929", name, password, status[0] if status else None, (0,))
            if status not in (b"", b"\x00"):
                chosen = b"\x05\xff"
        if not c.left() or chosen == b"\x05\xff":
            if chosen:
                row = self.request(c.us(), "socks5", depth)
                row.update(user, **{"class": "error", "error": "*"})
            return "socks5"
        head = c.take(4)
        command = {1: "CONNECT", 2: "BIND", 3: "UDP ASSOCIATE"}.get(head[1])
        bad = command is None
        host = None
        if head[3] == 1:
            host = str(ipaddress.ip_address(c.take(4))).encode()
        elif head[3] == 4:
            host = b"[%s]" % str(ipaddress.ip_address(c.take(16))).encode()
        elif head[3] == 3:
            host = c.take(c.take(1)[0])
        if host is None:
            bad, port = True, None
            c.take(len(c.left()))
        else:
            port = int.from_bytes(c.take(2), "big")
        row = self.request(c.us(), "socks5", depth)
        row.update(user)
        self.socks_target(row, command, host, port, bad)
        answer = s.left()
        if len(answer) >= 4:
            row["reply"] = answer[1]
            row["accepted"] = int(answer[1] == 0 and not bad)
            self.socks5_reply(s)
            if answer[1] == 0 and command == "CONNECT":
                self.talk(c, s, depth + 1, row)
        return "socks5"

    @staticmethod
    def socks5_reply(s):
        head = s.take(4)
        s.take({1: 4, 4: 16}.get(head[3], 0))
        if head[3] == 3:
            s.take(s.take(1)[0])
        s.take(2)

    @staticmethod
    def socks_target(row, command, host, port, bad):
        if command:
            row["command"] = command
        if host is not None:
            row["target"] = text(host + b":%d" % port)
            place(row, host, port)
        if bad:
            row.update({"class": "error", "error": "*"})
        else:
            row["class"] = "connect-smtp" if command == "CONNECT" and port == 25 else "connect-other"

    # SOCKS4: VN CD PORT(2) IP(4) USER NUL; 4A: IP is 0.0.0.x, then NAME NUL
    def socks4(self, c, s, depth):
        head = c.take(8)
        port = int.from_bytes(head[2:4], "big")
        user = c.take(c.left().index(b"\0") + 1)[:-1]
        host, module = str(ipaddress.ip_address(head[4:8])).encode(), "socks4"
        if head[4:7] == b"\0\0\0" and head[7]:
            host, module = c.take(c.left().index(b"\0") + 1)[:-1], "socks4a"
        row = self.request(c.us(), module, depth)
        row["user"] = text(user)
        command = {1: "CONNECT", 2: "BIND"}[head[1]]
        self.socks_target(row, command, host, port, False)
        answer = s.take(8)
        if user:
            self.login(row["us"], module, depth, "USERID", user, b"", answer[1] if len(answer) == 8 else None, (90,))
        if len(answer) == 8:
            row["reply"] = answer[1]
            row["accepted"] = int(answer[1] == 90)
            if row["accepted"] and command == "CONNECT":
                self.talk(c, s, depth + 1, row)
        return module

    # HTTP, RFC 9112
    def http(self, c, s, depth):
        while c.left():
            if not self.http_one(c, s, depth):
                break
        return "http"

    @staticmethod
    def headers(side):
        """Lines up to the empty one: (first line, {name: value}); None when cut short."""
        m = re.search(rb"\n\r?\n", side.left())
        if not m:
            return None
        lines = side.take(m.end()).split(b"\n")
        fields = {}
        for line in lines[1:]:
            name, colon, value = line.rstrip(b"\r").partition(b":")
            if colon:
                fields.setdefault(name.strip().lower(), value.strip())
        return lines[0].rstrip(b"\r"), fields

    @staticmethod
    def body(side, fields, default):
        if b"chunked" in fields.get(b"transfer-encoding", b"").lower():
            got = b""
            while True:
                line = side.line()
                if line is None:
                    return got
                n = int(line.split(b";")[0], 16)
                if n == 0:
                    while side.line() not in (b"\r\n", b"\n", None):
                        pass
                    return got
                got += side.take(n)
                side.line()
        if b"content-length" in fields:
            return side.take(int(fields[b"content-length"]))
        return side.take(len(side.left())) if default == "all" else b""

    def http_answer(self, s, method):
        while re.match(rb"HTTP/\d", s.left()):
            head = self.headers(s)
            if not head:
                return None
            code = int(head[0].split()[1])
            if 100 <= code < 200:
                continue
            if not (method == "HEAD" or code in (204, 304) or (method == "CONNECT" and code < 300)):
                self.body(s, head[1], "all")
            return code
        return None

    def http_one(self, c, s, depth):
        start = c.at
        head = self.headers(c)
        if head is None:
            # a request that never got its empty line, or bytes of something else
            line = (c.line() or b"").rstrip(b"\r\n")
            c.take(len(c.left()))
            if not line.split(b" ")[0].upper() in METHODS and not re.match(rb"HTTP/1\.[01] 4", s.left()):
                return False
            head = line, {}
            broken = True
        else:
            broken = False
        row = self.request(c.us(), "http", depth)
        line, fields = head
        parts = line.split(b" ")
        method = parts[0].upper() if parts[0].upper() in METHODS else None
        bad = broken or method is None
        version = parts[-1] if re.fullmatch(rb"HTTP/\d\.\d", parts[-1]) else None
        target = b""
        if method:
            row["command"] = method.decode()
            if len(parts) > 1 and parts[1] != version:
                target = parts[1]
            if version is None or not target:
                bad = True
            extra = parts[2:-1] if version else []
            if extra and not (method == b"CONNECT" and extra == [b"/"]):
                bad = True
        if target:
            row["target"] = text(target)
            bad |= not self.http_target(row, method, target, fields)
        basic = None
        auth = fields.get(b"proxy-authorization", b"").split(None, 1)
        if len(auth) == 2 and auth[0].lower() == b"basic":
            user, _, password = base64.b64decode(auth[1]).partition(b":")
            row.update(user=text(user), password=text(password))
            basic = user, password
        if fields.get(b"user-agent"):
            row["user_agent"] = text(fields[b"user-agent"])
        if bad:
            row.update({"class": "error", "error": "*"})
        elif method == b"CONNECT":
            row["class"] = "connect-smtp" if row["target_port"] == 25 else "connect-other"
        else:
            row["class"] = "get"
        if method and method != b"CONNECT" and target[:1] in (b"/", b"*"):
            row["class"] = "web"
        method = method.decode() if method else ""
        body_at = c.at
        if not bad and method != "CONNECT":
            body = self.body(c, fields, "none")
            if method in ("POST", "PUT") and target.lower().startswith(b"http") and \
                    re.match(rb"\s*(HELO|EHLO|MAIL FROM|RSET)\b", body, re.I):
                if row["target_port"] == 25:
                    row["class"] = "connect-smtp"
                    inner = Side(c.whole, body_at + len(body) - len(body.lstrip()), c.at)
                    self.smtp(inner, Side(s.whole, len(s.whole.raw)), row, depth + 1)
        code = self.http_answer(s, method)
        if basic:  # RFC 9110 section 15.5.8: 407 is the one answer that is about them
            self.login(row["us"], "http", depth, "BASIC", *basic, code, lambda reply: reply != 407)
        if code is None:
            if bad or start == c.end:
                return False
        else:
            row["reply"] = code
            row["accepted"] = int(200 <= code < 300 if method == "CONNECT" else code < 400)
        if bad:
            row["accepted"] = 0 if code is not None else ""
            return False
        if method == "CONNECT":
            if row.get("accepted"):
                self.talk(c, s, depth + 1, row)
                return False
            return code is not None
        return code is not None

    @staticmethod
    def http_target(row, method, target, fields):
        """Where the request goes; False when the target is malformed."""
        if method == b"CONNECT":
            at = authority(target)
            if at is None:
                return False
            place(row, *at)
            return at[1] is not None
        m = re.match(rb"(https?)://(?:[^/?#@]*@)?([^/?#]*)", target, re.I)
        if m:
            at = authority(m[2])
            if at is None:
                return False
            place(row, at[0], at[1] or (443 if m[1].lower() == b"https" else 80))
            return True
        if target.startswith(b"/") or (target == b"*" and method == b"OPTIONS"):
            at = authority(fields.get(b"host", b""))
            if at:
                place(row, at[0], at[1] or 80)
            return True
        return False

    # SMTP, RFC 5321: replies are in the order of commands, RFC 2920
    @staticmethod
    def replies(s):
        got = []
        while True:
            code = None
            while True:
                line = s.line()
                if line is None:
                    return got
                m = re.match(rb"(\d\d\d)([ -]|\r?\n)", line)
                if not m:
                    return got
                code = int(m[1])
                if m[2] != b"-":
                    break
            got.append(code)

    def smtp(self, c, s, via, depth):
        # what comes after STARTTLS was let begin is not SMTP any more
        replies = collections.deque(self.replies(s))
        if replies:
            replies.popleft()  # the greeting

        def answer():
            return replies.popleft() if replies else None

        helo = auth = ""
        sender, rcpts, chunks = "", [], None
        transaction = None  # as long as it has come to no message

        def target():
            return {k: via.get(k, "") for k in ("target_host", "target_ip", "target_port")} if via else {}

        def left():
            if transaction:
                asked = transaction.pop("rcpts")
                self.refusals.append(dict(
                    transaction, module=via["module"] if via else "smtp", **target(), helo=helo, auth_user=auth,
                    rcpt_count=len(asked), rcpt_rejected=sum(code is not None and code >= 400 for _, code in asked),
                    first_rcpt=text(asked[0][0]) if asked else ""))

        def refused(code):
            if transaction and code is not None and code >= 400:
                transaction["reply"] = code

        def email(us, payload, complete, reply):
            at = re.search(rb"(?:^|\n)\r?\n", payload)
            row = dict(us=us, module=via["module"] if via else "smtp", helo=helo, auth_user=auth, mail_from=sender,
                       rcpt_count=sum(ok != 0 for _, ok in rcpts), rcpt_rejected=sum(ok == 0 for _, ok in rcpts),
                       payload=payload, size=len(payload), sha256=sha(payload),
                       body_sha256=sha(payload[at.end():]) if at else "", complete=int(complete), missing_bytes=0,
                       reply="" if reply is None else reply, rcpts=list(rcpts))
            self.emails.append({**row, **target()})

        while True:
            line = c.line()
            if line is None:
                break
            line = line.rstrip(b"\r\n")
            verb, _, rest = line.partition(b" ")
            verb = verb.upper()
            us = c.us()
            if verb in (b"HELO", b"EHLO"):
                answer()
                left()
                helo, sender, rcpts, transaction = text(rest.strip()), "", [], None
            elif verb == b"AUTH":
                words, code = rest.split(), answer()
                given = words[1:2]
                while code == 334:
                    more = c.line()
                    if more is None:
                        break
                    given.append(more.strip())
                    code = answer()
                mechanism = words[0].upper() if words else b""
                try:
                    plain = [base64.b64decode(g) for g in given]
                    if mechanism == b"PLAIN":
                        plain = plain[0].split(b"\0")[1:]
                    user, password = plain
                except (ValueError, IndexError, binascii.Error):
                    continue
                if mechanism in (b"PLAIN", b"LOGIN"):
                    self.login(c.us(), "smtp", depth, text(mechanism), user, password, code, (235,))
                    auth = text(user) if code == 235 else auth
            elif verb == b"MAIL":
                left()
                sender, rcpts = text(self.path(line) or b"<>"), []
                transaction = dict(us=us, mail_from=sender, rcpts=[], reply="")
                refused(answer())
            elif verb == b"RCPT":
                code = answer()
                rcpts.append((self.path(line), "" if code is None else int(200 <= code < 300)))
                if transaction:
                    transaction["rcpts"].append((self.path(line), code))
                refused(code)
            elif verb == b"RSET":
                answer()
                left()
                sender, rcpts, chunks, transaction = "", [], None, None
            elif verb == b"DATA":
                code = answer()
                refused(code)
                if code is not None and code != 354 or code is None and not c.left():
                    continue
                transaction = None
                payload, complete = self.data(c)
                email(us, payload, complete, answer() if complete else None)
                sender, rcpts = "", []
            elif verb == b"BDAT":
                words = rest.upper().split()
                if chunks is None:
                    chunks = [us, b""]
                transaction = None
                n = int(words[0])
                chunk = c.take(n)
                chunks[1] += chunk
                code = answer()
                if words[1:] == [b"LAST"] or len(chunk) < n:
                    email(chunks[0], chunks[1], len(chunk) == n, code)
                    sender, rcpts, chunks = "", [], None
            elif verb == b"STARTTLS":
                if answer() == 220:
                    break
            else:
                answer()
        left()
        if chunks:
            email(chunks[0], chunks[1], False, None)

    @staticmethod
    def path(line):
        rest = line.split(b":", 1)[1].strip() if b":" in line else b""
        if rest.startswith(b"<"):
            quoted = False
            for i, b in enumerate(rest):
                quoted ^= b == 34
                if b == 62 and not quoted:
                    return rest[1:i]
        return rest.split(b" ")[0]

    @staticmethod
    def data(c):
        payload = b""
        while True:
            line = c.line()
            if line is None:
                rest = c.take(len(c.left()))
                return payload + (rest[1:] if rest.startswith(b".") else rest), False
            if line in (b".\r\n", b".\n"):
                return payload, True
            payload += line[1:] if line.startswith(b".") else line


# ---------------------------------------------------------------------- rows

FIN, SYN, RST, ACK, URG = 1, 2, 4, 16, 32


def ending(packets, client):
    fins = set()
    for p in packets:
        if p.flags & RST:
            return "rst"
        if p.flags & FIN:
            fins.add((p.src, p.sport) == client)
            if len(fins) == 2:
                return "fin"
    return "eof"


def derive(path):
    rows = {k: [] for k in COLUMNS}
    conversations = []
    for packets in read_streams(path):
        syn = packets[0]
        client = (syn.src, syn.sport)
        ours = [p for p in packets if (p.src, p.sport) == client]
        theirs = [p for p in packets if (p.src, p.sport) != client]
        back = [p for p in theirs if p.flags & (SYN | RST) == SYN]
        if syn.flags & (SYN | ACK) != SYN or not back or \
                not any(p.flags & ACK and not p.flags & (SYN | RST) for p in ours):
            continue  # no handshake
        talk = Conversation((ours, syn.seq), (theirs, back[0].seq))
        talk.run()
        conversations.append((talk, syn))
        uid = sha(f"{syn.src} {syn.sport} {syn.dst} {syn.dport} {stamp(syn.us)}".encode())[:16]
        base = dict(uid=uid, src_ip=syn.src, src_port=syn.sport, dst_ip=syn.dst, dst_port=syn.dport,
                    service=SERVICES.get(syn.dport, ""))
        last = max(p.us for p in packets) - syn.us
        rows["connections"].append(dict(
            base, ts=stamp(syn.us), community_id=syn.cid, protocol=talk.protocol,
            duration="%d.%06d" % divmod(last, 1000000), bytes_from_src=len(talk.c.raw),
            bytes_from_dst=len(talk.s.raw), packets_from_src=len(ours), packets_from_dst=len(theirs),
            missing_bytes=0, requests=len(talk.requests), emails=len(talk.emails), end=ending(packets, client),
            flags="urgent" if any(p.flags & URG for p in packets) else "", server_name=talk.server_name, capture_n=1))
        for n, r in enumerate(talk.requests, 1):
            rows["requests"].append(dict(base, **r, ts=stamp(r["us"]), request_n=n))
        for kind in ("logins", "refusals"):
            for n, r in enumerate(getattr(talk, kind), 1):
                rows[kind].append({**base, **r, "ts": stamp(r["us"]), kind[:-1] + "_n": n})
        for n, m in enumerate(talk.emails, 1):
            key = dict(ts=stamp(m["us"]), uid=uid, email_n=n)
            says = {column: text(value) for column, value in expected(m["payload"]).items()}
            rows["emails"].append({**base, **m, **key, **says, "urls": text_links(m["payload"]),
                                    "attachments": len(attachments(m["payload"])),
                                    "layout": layout(m["payload"])})
            for rcpt, ok in m["rcpts"]:
                rows["recipients"].append(dict(key, rcpt=text(rcpt), accepted=ok,
                                               domain=text(rcpt.rsplit(b"@", 1)[1].lower()) if b"@" in rcpt else ""))
            rows["payloads"].append(dict(key, size=m["size"], sha256=m["sha256"],
                                         data=base64.b64encode(m["payload"]).decode()))
    for k in rows:
        rows[k].sort(key=lambda r: (r["ts"], r["uid"], next((r[n] for n in r if n.endswith("_n")), 0)))
    return rows, conversations


def csv_text(columns, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for r in rows:
        writer.writerow([r.get(c, "") for c in columns])
    return out.getvalue()


def listed():
    with open(os.path.join(HERE, "LIST")) as f:
        return [line.split() for line in f if line.strip() and not line.startswith("#")]


# -------------------------------------------------------------------- checks

def check_sent(name, rows):
    """The messages of a capture are those that the clients were told to send."""
    with open(os.path.join(PCAPS, "SENT")) as f:
        sent = sorted(tuple(line.split()[1:]) for line in f if line.split()[0] == name)
    seen = sorted((str(r["size"]), r["sha256"]) for r in rows["emails"])
    if sent == seen:
        return []
    return [f"sent {len(set(sent) - set(seen))} that are not seen, seen {len(set(seen) - set(sent))} "
            f"that are not listed: {sorted(set(seen) ^ set(sent))}"]


def check_streams(path, conversations):
    """The bytes of each direction are those of Wireshark's own reassembly."""
    wrong = []
    for talk, syn in conversations:
        flow = tshark(path, "-q", "-z", f"follow,tcp,raw,{syn.src}:{syn.sport},{syn.dst}:{syn.dport}")
        sides = {"": b"", "\t": b""}
        for line in flow.splitlines():
            m = re.fullmatch(r"(\t?)([0-9a-f]+)", line)
            if m:
                sides[m[1]] += bytes.fromhex(m[2])
        # the first node that follow names is not always the client
        node = re.search(r"Node 0: (\S+):(\d+)", flow)
        mine = (talk.c.raw, talk.s.raw)
        if node and (node[1], int(node[2])) != (syn.src, syn.sport):
            mine = mine[::-1]
        if mine != (sides[""], sides["\t"]) and mine != (sides["\t"], sides[""]):
            wrong.append(f"bytes of {syn.src}:{syn.sport} differ: {len(talk.c.raw)}, {len(talk.s.raw)} here, "
                         f"{len(sides[''])}, {len(sides[chr(9)])} in wireshark")
    return wrong


def check_conv(path, rows):
    """Packets of each direction and the duration are those of Wireshark's conversation list."""
    wrong, seen = [], {}
    for line in tshark(path, "-q", "-z", "conv,tcp").splitlines():
        m = re.match(r"(\S+):(\d+)\s+<->\s+(\S+):(\d+)\s+(\d+) .*?(?:bytes|kB|MB)\s+(\d+) .*?(?:bytes|kB|MB)"
                     r".*?(\d+\.\d+)\s*$", line)
        if m:
            seen[m[1], int(m[2]), m[3], int(m[4])] = int(m[6]), int(m[5]), float(m[7])
    for r in rows["connections"]:
        key = r["src_ip"], r["src_port"], r["dst_ip"], r["dst_port"]
        mine = r["packets_from_src"], r["packets_from_dst"]
        other = seen.get(key)
        if not other:
            other = seen.get(key[2:] + key[:2])
            other = other and (other[1], other[0], other[2])
        if not other or other[:2] != mine or abs(other[2] - float(r["duration"])) > 0.0001:
            wrong.append(f"packets of {key}: {mine} {r['duration']} here, {other} in wireshark")
    return wrong


def check_wireshark(path, conversations):
    """Wireshark names the same requests and envelopes, wherever it dissects them."""
    wrong = []
    ports = {}
    for talk, syn in conversations:
        kind = {"socks4a": "socks", "socks4": "socks", "socks5": "socks"}.get(talk.protocol, talk.protocol)
        if kind in ("socks", "http", "smtp"):
            ports[syn.dport] = kind
    args = [x for port, kind in ports.items() for x in ("-d", f"tcp.port=={port},{kind}")]
    args = ["-o", "tcp.desegment_tcp_streams:TRUE"] + args

    def field(*names):
        sep = []
        for n in names:
            sep += ["-e", n]
        out = tshark(path, *args, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=\x1f", *sep)
        return [line.split("\t") for line in out.splitlines() if line.strip()]

    ours = collections.Counter()
    for talk, _ in conversations:
        for r in talk.requests:
            if r["depth"] == 1 and r["class"] != "error" and r["module"] == "http":
                ours[r["command"], str(r["target"])] += 1
    theirs = collections.Counter((m.upper(), text(u)) for ms, us in field("http.request.method", "http.request.uri")
                                 for m, u in zip(ms.split("\x1f"), us.split("\x1f")) if m)
    for key in (ours - theirs):
        wrong.append(f"http only here: {key}")
    for key in (theirs - ours):
        wrong.append(f"http only in wireshark: {key}")
    ours = collections.Counter(text(r) for talk, _ in conversations for m in talk.emails for r, _ in m["rcpts"])
    theirs = collections.Counter()
    for (params,) in field("smtp.req.parameter"):
        for p in params.split("\x1f"):
            m = re.match(r"(?i)TO:\s*<(.*)>|TO:(\S+)", p)
            if m:
                theirs[m[1] or m[2]] += 1
    for key in (ours - theirs):
        wrong.append(f"rcpt only here: {key}")
    for key in (theirs - ours):
        wrong.append(f"rcpt only in wireshark: {key}")
    ours = collections.Counter()
    for talk, _ in conversations:
        for r in talk.requests:
            if r["depth"] == 1 and r["module"].startswith("socks") and "target_port" in r:
                ours[str(r.get("target_host", r.get("target_ip"))).lower(), str(r["target_port"])] += 1
    theirs = collections.Counter()
    for name, name4, ip4, ip6, port, port4, cmd in field(
            "socks.remote_name", "socks.v4a_dns_name", "socks.dst", "socks.dstV6", "socks.port", "socks.dstport",
            "socks.command"):
        if cmd and (port or port4):
            first = [x.split("\x1f")[0] for x in (name, name4, ip6, ip4, port, port4)]
            host = next((x for x in first[:4] if x), "")
            theirs[host.lower(), first[4] or first[5]] += 1
    for key in (ours - theirs):
        wrong.append(f"socks only here: {key}")
    # Wireshark repeats the request on later packets of the stream: no check the other way round
    return wrong


def main(argv):
    check = argv[:1] == ["--check"]
    wanted = argv[1:] if check else argv
    with tempfile.TemporaryDirectory() as folder:
        for name, file in listed():
            if wanted and name not in wanted:
                continue
            path = unpacked(os.path.join(PCAPS, file), folder)
            rows, conversations = derive(path)
            print("%-24s %s" % (name, " ".join(f"{k}={len(v)}" for k, v in rows.items())))
            if check:
                for what in check_sent(name, rows) + check_streams(path, conversations) + check_conv(path, rows) + \
                        check_wireshark(path, conversations):
                    print("    " + what)
                continue
            os.makedirs(os.path.join(HERE, name), exist_ok=True)
            for k, columns in COLUMNS.items():
                with open(os.path.join(HERE, name, k + ".csv"), "w", encoding="utf-8", newline="") as f:
                    f.write(csv_text(columns, rows[k]))


if __name__ == "__main__":
    main(sys.argv[1:])
