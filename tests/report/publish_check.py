#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# What a published report must say, worked out from the records by other means.
# Usage: publish_check.py WHAT RECORDS REPORT...
import collections
import csv
import datetime
import html
import html.parser
import ipaddress
import json
import os
import re
import sys
import urllib.parse

DAY = datetime.timedelta(days=1)


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def table(folder, name):
    return read(os.path.join(folder, "report-%s.csv" % name))


def when(row):
    return datetime.datetime.strptime(row["ts"][:19], "%Y-%m-%dT%H:%M:%S")


def same(what, expected, got):
    if expected != got:
        for i, (a, b) in enumerate(zip(expected, got)):
            if a != b:
                sys.exit("%s: row %d is %s, expected %s" % (what, i + 1, b, a))
        sys.exit("%s: %d rows, expected %d" % (what, len(got), len(expected)))


# ---- time ----

def bin_of(kind, at):
    if kind == "hour":
        return at.strftime("%Y-%m-%dT%H:00:00Z")
    if kind == "week":
        at -= at.weekday() * DAY
    return at.strftime("%Y-%m" if kind == "month" else "%Y-%m-%d")


def period(records):
    days = [when(r).date() for name in ("connections", "requests", "emails") for r in read("%s/%s.csv" % (records, name))]
    first = datetime.datetime.combine(min(days), datetime.time())
    return first, datetime.datetime.combine(max(days), datetime.time()) + DAY


def expected_series(records, kind, column):
    emails = read(records + "/emails.csv")
    ranked = collections.Counter(r[column] for r in emails)
    by = collections.Counter((bin_of(kind, when(r)), r[column]) for r in emails)
    first, end = period(records)
    bins = []
    while first < end:
        if not bins or bins[-1] != bin_of(kind, first):
            bins.append(bin_of(kind, first))
        first += datetime.timedelta(hours=1)
    return [{kind: b, "emails": str(sum(by[b, k] for k in ranked)), **{k: str(by[b, k]) for k in ranked}} for b in bins]


def series(records, folder, kind):
    for by, column in (("country", "src_cc"), ("port", "dst_port")):
        for each in {kind, "day"}:
            name = "%ss_by_%s" % (each, by)
            same(name, expected_series(records, each, column), table(folder, name))
        others = [k for k in ("hour", "week", "month") if k != kind and os.path.exists("%s/report-%ss_by_%s.csv" % (folder, k, by))]
        if others:
            sys.exit("bins that do not fit: %s" % others)


def notes(records, report, kind):
    first, end = period(records)
    cut = [text for text, at, beside in (("first", first, first - DAY), ("last", end - DAY, end)) if bin_of(kind, at) == bin_of(kind, beside)]
    tables = json.load(open(report, encoding="utf-8"))["tables"]
    expected = "The period has only a part of the %s %s." % (" and the ".join(cut), kind) if cut else None
    same("notes", [expected] * 2, [tables["%ss_by_%s" % (kind, by)]["note"] for by in ("country", "port")])


def week(records, folder):
    names = "monday tuesday wednesday thursday friday saturday sunday".split()
    n = collections.Counter((when(r).hour, when(r).weekday()) for r in read(records + "/emails.csv"))
    same("hours_of_week",
         [{"hour": "%02d" % h, **{name: str(n[h, d]) for d, name in enumerate(names)},
           "emails": str(sum(n[h, d] for d in range(7)))} for h in range(24)], table(folder, "hours_of_week"))


# ---- anonymised ----

def network(text):
    address = ipaddress.ip_address(text)
    return str(ipaddress.ip_network("%s/%d" % (text, 24 if address.version == 4 else 48), strict=False))


def ranked(groups, numbers, key):
    order = sorted(groups.items(), key=lambda g: ([-g[1][n] for n in numbers], g[0].encode()))
    return [{key: name, **{n: str(g[n]) for n in numbers}} for name, g in order]


def only(rows, columns):
    return [{c: r[c] for c in columns} for r in rows]


def compare(folder, name, key, numbers, groups):
    same(name, ranked(groups, numbers, key), only(table(folder, name), [key] + numbers))


def expected_sources(records):
    groups = collections.defaultdict(collections.Counter)
    for name in ("emails", "requests", "connections"):
        for r in read("%s/%s.csv" % (records, name)):
            groups[network(r["src_ip"])][name] += 1
            groups[network(r["src_ip"])]["recipients"] += int(r.get("rcpt_count") or 0)
    return groups


def server(r):
    host = r["target_host"] or r["target_ip"]
    if re.fullmatch(r"[\d.]+", host):
        return network(host)
    return re.sub(r"(\d+-\d+-\d+)-\d+", r"\1-x", host)


def anonymised(records, folder, *outputs):
    compare(folder, "sources", "src_ip", ["emails", "requests", "connections", "recipients"], expected_sources(records))
    refused, scanners, servers = (collections.defaultdict(collections.Counter) for _ in range(3))
    for r in read(records + "/refusals.csv"):
        refused[network(r["src_ip"])].update(transactions=1, recipients=int(r["rcpt_count"]), rejected=int(r["rcpt_rejected"]))
    compare(folder, "refused", "src_ip", ["transactions", "recipients", "rejected"], refused)
    ports = collections.defaultdict(set)
    for r in read(records + "/scans.csv"):
        scanners[network(r["src_ip"])].update(syns=int(r["syns"]))
        ports[network(r["src_ip"])].add(r["dst_port"])
    compare(folder, "scanners", "src_ip", ["syns"], scanners)
    if any(len(ports[r["src_ip"]]) != int(r["ports"]) for r in table(folder, "scanners")):
        sys.exit("scanners: ports of networks")
    for r in read(records + "/emails.csv"):
        servers[server(r)].update(emails=1, recipients=int(r["rcpt_count"]))
    for r in read(records + "/requests.csv"):
        servers[server(r)].update(requests=1)
    compare(folder, "servers", "server", ["emails", "requests", "recipients"], servers)
    addresses = {r["src_ip"] for name in ("connections", "scans") for r in read("%s/%s.csv" % (records, name))}
    totals = {r["figure"]: r["value"] for r in table(folder, "totals")}
    if totals["unique_ips"] != str(len({r["src_ip"] for r in read(records + "/connections.csv")})):
        sys.exit("totals are not of addresses")
    nobody(addresses, [os.path.join(folder, f) for f in sorted(os.listdir(folder))] + list(outputs))


def nobody(addresses, paths):
    names = re.compile(r"alice|bob|carol|dave|eve\d|frank|john|smith")
    v4 = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+\.)(\d+)(?!\d)(/24)?")
    for path in paths:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if names.search(text):
            sys.exit("%s: %s" % (path, names.search(text)))
        for found in v4.finditer(text):
            cut = re.match(r"/?2?…", text[found.end():])  # a column of the text is too narrow for it
            if found[2] != "0" or not (found[3] or cut):
                sys.exit("%s: %s" % (path, found[0]))
        for address in addresses:
            if ":" in address and re.search(re.escape(address) + r"(?![0-9a-f:])", text) and not network(address).startswith(address):
                sys.exit("%s: %s" % (path, address))
        if re.search(r"(192-0-2|203-0-113)-\d", text) or "2001:db8:7::77" in text:
            sys.exit("%s: an address in another form" % path)


# ---- countries ----

def countries(folder):
    with open("/usr/share/iso-codes/json/iso_3166-1.json", encoding="utf-8") as f:
        codes = {c["alpha_2"]: c for c in json.load(f)["3166-1"]}
    other = {"TR": "Turkey", "US": "US"}
    named = {r["cc"]: r["country"] for r in table(folder, "countries")}
    for code, c in codes.items():
        known = " ".join(c.get(k, "") for k in ("name", "common_name", "official_name")) + " " + other.get(code, "")
        words = re.findall(r"\w{4,}", named.get(code) or "nothing")
        missing = [w for w in words if w not in known and w.rstrip("s") not in known]
        if missing and code not in NAMED_OTHERWISE:
            sys.exit("%s is called %s, but %s" % (code, named.get(code), known))


# Not by any of the three names there: these are checked by hand.
NAMED_OTHERWISE = {"KP": "North", "KR": "South", "CD": "Kinshasa", "CG": "Brazzaville", "BQ": "Caribbean", "UM": "Outlying", "VG": "", "VI": ""}


# ---- what a report says of itself ----

def about(records, report, made):
    said = json.load(open(report, encoding="utf-8"))["about"]
    stats, connections = read(records + "/stats.csv"), read(records + "/connections.csv")
    lost = sum(int(r["dropped"]) + int(r["interface_dropped"]) for r in stats)
    packets = lost + sum(int(r["captured"]) for r in stats)
    gaps = [int(r["missing_bytes"]) for r in connections if r["missing_bytes"] != "0"]
    first, end = period(records)
    expected = [
        "%s to %s (%d days, UTC)" % (first.date(), (end - DAY).date(), (end - first).days),
        "2 sensors (s0, s1)", "Of %d packets %d (%.2f %%) were lost" % (packets, lost, 100 * lost / packets),
        "Of %d connections %d (%.2f %%) lack bytes, %d in all" % (len(connections), len(gaps), 100 * len(gaps) / len(connections), sum(gaps)),
        "%d connections that were given up early, %d messages that could not be analysed" % (len(stats), 2 * len(stats)),
        "as they were recorded"]
    for text in expected:
        if text not in said["method"]:
            sys.exit("not in the method: %s\n%s" % (text, said["method"]))
    same("about", ["A <b>title</b>", "Example & CERT", "x@cert.example", "TLP:AMBER+STRICT", made],
         [said[k] for k in ("title", "organisation", "contact", "tlp", "made")])


# ---- the page ----

class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.elements, self.links, self.sections, self.text = collections.Counter(), [], [], []
        self.attributes = set()
        with open(path, encoding="utf-8") as f:
            self.feed(f.read())

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        attrs = dict(attrs)
        if tag == "section":
            self.sections.append([attrs["id"], 0])
        if tag == "a" and not attrs["href"].startswith("#"):
            self.links.append(attrs["href"])
            self.sections[-1][1] += 1

    def handle_data(self, data):
        self.text.append(data)


def page(_, path):
    found = Page(path)
    text = "".join(found.text)
    bad = set(found.elements) & {"script", "img", "iframe", "object", "embed", "link", "form", "input", "base"}
    if bad or any(a.startswith("on") for a in found.attributes):
        sys.exit("on the page: %s" % bad)
    for said in ("A <b>title</b>", "Example & CERT", "x@cert.example", "TLP:AMBER+STRICT", "2006-11-23T07:00:00Z", "potsherd "):
        if said not in text:
            sys.exit("not on the page: %s" % said)
    if found.elements["figure"] * 2 != found.elements["svg"] or text.count("TLP:AMBER+STRICT") < 2:
        sys.exit("figures %s, drawings %s" % (found.elements["figure"], found.elements["svg"]))


def links(_, path, tables):
    found = Page(path)
    linked = {os.path.realpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(l))) for l in found.links}
    written = {os.path.realpath(os.path.join(tables, f)) for f in os.listdir(tables)
               if f.endswith(".csv") and f != "report-about.csv"}
    if linked != written:
        sys.exit("linked and not written, or written and not linked: %s" % (linked ^ written))
    without = [name for name, n in found.sections if not n and name != "method"]
    if without:
        sys.exit("sections without a link: %s" % without)


# ---- gnuplot's input: no text of a record but letters, digits, blanks, hyphens and apostrophes ----

def scripts(_, path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    quoted = re.compile(r'"([^"\n]*)"')
    for line in text.splitlines():
        for label in quoted.findall(line):
            if not re.fullmatch(r"[\w '.-]*", label):
                sys.exit("a label: %s" % label)
        if re.search(r"[`;$|!]|\bsystem\b.*\(", quoted.sub("", line)):
            sys.exit("a line: %s" % line)
    if "touch pwned" not in text:
        sys.exit("the hostile country is not there")


# ---- the page as a browser lays it out: publish.html asks it and says ----

def layout(_, dom, width, drawing):
    with open(dom, encoding="utf-8") as f:
        found = re.search(r'id="said">({.*?})<', f.read())
    if not found:
        sys.exit("the browser said nothing")
    said = json.loads(html.unescape(found[1]))
    if said["inner"] != int(width) or said["scroll"] > said["inner"]:
        sys.exit("%(scroll)d pixels wide, on a screen of %(inner)d" % said)
    if said["broken"] or said["aside"]:
        sys.exit("broken: %(broken)s; to scroll for: %(aside)s" % said)
    if said["letter"] < 10:
        sys.exit("letters of a figure are %(letter).1f pixels high" % said)
    if set(said["drawings"]) != {drawing} or len(said["drawings"]) != said["figures"]:
        sys.exit("drawings %(drawings)s of %(figures)d figures" % said)


# ---- the page on paper: pdftotext -bbox ----

def paper(_, path):
    with open(path, encoding="utf-8") as f:
        pages = f.read().split("<page ")[1:]
    for i, text in enumerate(pages):
        height = float(re.search(r'height="([\d.]+)"', text)[1])
        words = re.findall(r'yMax="([\d.]+)">([^<]*)<', text)
        if not any(w == "TLP:AMBER+STRICT" for _, w in words):
            sys.exit("page %d has no TLP mark" % (i + 1))
        lowest = max(float(y) for y, w in words if w != "TLP:AMBER+STRICT")
        if i + 1 < len(pages) and lowest < height * 0.5:
            sys.exit("page %d is empty from %d %% on" % (i + 1, 100 * lowest / height))
    if len(pages) < 3:
        sys.exit("%d pages" % len(pages))


globals()[sys.argv[1]](*sys.argv[2:])
