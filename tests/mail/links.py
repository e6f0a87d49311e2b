#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The hosts of urls.csv beside those that libxml2 finds in HTML, and a regular expression in text.
# Usage: links.py RECORDS [MAIL...]; the mails by order, for the differences.
# Prints a line for each part that differs, and "hosts EQUAL OF" parts with links.
import base64
import collections
import csv
import email
import email.policy
import re
import sys
import urllib.parse

import lxml.html

from reading import WIDER, charset_of, parts_of

csv.field_size_limit(1 << 30)
STOPS = re.compile("[\u3002\uff0e\uff61]|\\[\\.\\]|\\(\\.\\)|[(\\[]dot[)\\]]", re.I)


def text_of(part):
    raw = part.get_payload(decode=True) or b""
    charset = charset_of(part).lower()
    for name in ((WIDER.get(charset, charset),) if charset else ("utf-8", "cp1252")):
        try:
            return raw.decode(name, "replace" if charset or name == "cp1252" else "strict")
        except (LookupError, UnicodeDecodeError):
            pass
    return raw.decode("cp1252", "replace")


def host_of(url):
    url = re.sub("[\t\r\n]", "", url).strip()
    match = re.match(r"(?:https?|hxxps?|ftp):[/\\]*([^/\\?#]*)", url, re.I) or re.match(r"//([^/\\?#]*)", url)
    if not match:
        return None
    host = match[1].rsplit("@", 1)[-1]
    host = STOPS.sub(".", urllib.parse.unquote(re.sub(r":[^:\]]*$", "", host))).lower().strip("[]").rstrip(".")
    if not re.fullmatch(r"[-\w.:]+", host) or host.startswith(".") or len(host) > 253:
        return None
    if re.fullmatch(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}", host):
        return None if dotted(host) is None else dotted(host)
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def dotted(host):
    numbers = [int(n, 16 if n.startswith("0x") else 8 if n.startswith("0") and len(n) > 1 else 10) for n in host.split(".")]
    value = 0
    for i, n in enumerate(numbers[:-1]):
        value |= n << (24 - 8 * i)
    value |= numbers[-1]
    return ".".join(str(value >> s & 255) for s in (24, 16, 8, 0))


def html_urls(text):
    """By libxml2's parser, which mends what is broken as it sees fit."""
    if not text.strip():
        return
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError:
        return
    base = None
    for element in tree.iter(lxml.etree.Element):
        for name, value in element.attrib.items():
            if element.tag == "base" and name == "href":
                base = value
            if base and ":" not in value and not value.startswith("#"):
                value = urllib.parse.urljoin(base, value)
            if element.tag == "meta" and name == "content":
                match = re.search(r"url=['\"]?([^'\"]*)", value, re.I)
                if match:
                    yield match[1]
            elif name in ("href", "src", "action", "background") and element.tag != "base":
                yield value


def text_urls(text):
    for match in re.finditer(r"(?<!\w)(?:(?:https?|hxxps?|ftp)://|www\.)[^\s<>\"`\0]+", text, re.I):
        url = match[0].rstrip(".,;:!?'*)]}")
        yield url if "://" in url else "http://" + url


def expected(payload):
    """{(part, host)}"""
    message = email.message_from_bytes(payload, policy=email.policy.compat32)
    found = set()
    for number, part in enumerate(parts_of(message), 1):
        if part.get_content_maintype() != "text":
            continue
        urls = html_urls if part.get_content_type() == "text/html" else text_urls
        found |= {(str(number), host) for host in map(host_of, urls(text_of(part))) if host}
    return found


def main():
    records, mails = sys.argv[1], sys.argv[2:]
    got = collections.defaultdict(set)
    for r in csv.DictReader(open(records + "/urls.csv", newline="")):
        got[r["uid"], r["email_n"]].add((r["part"], r["host"]))
    good = of = 0
    for number, r in enumerate(csv.DictReader(open(records + "/payloads.csv", newline=""))):
        want = expected(base64.b64decode(r["data"]))
        have = got[r["uid"], r["email_n"]]
        if want or have:
            of += 1
            good += want == have
            if want != have:
                print("%s: only here %s, only there %s" % (mails[number] if number < len(mails) else number,
                                                            sorted(have - want), sorted(want - have)))
    print("hosts", good, of)


main()
