#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether the files of `share` say what the records say, counted again here, and are what their
# formats want: by the published schemas, Python's email and csv.
# Usage: share_check.py FORMAT OUT SCHEMAS [--min N] [--key FILE | --recipients] DIR...
# Prints how many files are right, or what is wrong.
import argparse
import base64
import collections
import csv
import datetime
import email
import email.policy
import glob
import hashlib
import hmac
import json
import os
import re
import sys
import uuid
import warnings

import jsonschema

csv.field_size_limit(1 << 30)
warnings.simplefilter("ignore")
MIB5 = 5242880
OWN_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:potsherd:share")
STIX_SPACE = uuid.UUID("00abedb4-aa42-466c-9c23-fed23a9cd1d9")
CONTACT, ORG = "abuse@desk.example", "Test Désk"

parser = argparse.ArgumentParser()
parser.add_argument("format")
parser.add_argument("out")
parser.add_argument("schemas")
parser.add_argument("--min", type=int, default=1)
parser.add_argument("--key")
parser.add_argument("--recipients", action="store_true")
parser.add_argument("dirs", nargs="+")
args = parser.parse_args()


def check(good, *what):
    if not good:
        print("not right:", *[str(w)[:500] for w in what])
        sys.exit(1)


# --- the records ---

def undo(cell):
    """The bytes that a cell stands for"""
    return re.sub(rb"\\(\\|x[0-9a-f]{2})", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), cell.encode())


def shown(cell):
    """As JSON has a text: as UTF-8, where it is; else as the record has it"""
    try:
        return undo(cell).decode()
    except UnicodeDecodeError:
        return cell


def rows(name):
    for folder in args.dirs:
        for path in sorted(glob.glob("%s/%s*.csv" % (folder, name))):
            with open(path, newline="") as f:
                yield from csv.DictReader(f)


def key_of(row):
    return row["uid"], row["email_n"]


def once(name):
    """Rows of each message, of one folder"""
    found = {}
    for folder in args.dirs:
        here = collections.defaultdict(list)
        for path in sorted(glob.glob("%s/%s*.csv" % (folder, name))):
            with open(path, newline="") as f:
                for row in csv.DictReader(f):
                    here[key_of(row)].append(row)
        for key, of_message in here.items():
            found.setdefault(key, of_message)
    return found


mails = {key: of_message[0] for key, of_message in once("emails").items()}
size_of = collections.Counter(m["src_asn"] for m in mails.values())
mails = {key: m for key, m in mails.items() if size_of[m["src_asn"]] >= args.min}
recipients = {key: sorted({r["rcpt"] for r in found if r["accepted"] != "0"}) for key, found in once("recipients").items()}
payloads = {key: base64.b64decode(found[0]["data"]) for key, found in once("payloads").items()}
flows = {r["uid"]: r["community_id"] for r in rows("connections")}


def network(mail):
    return "AS" + mail["src_asn"] if mail["src_asn"] else "none"


def name_of(mail):
    return mail["uid"] + "-" + mail["email_n"]


def redacted(address):
    local, _, domain = address.rpartition("@")
    if args.recipients:
        return address
    if not args.key:
        return "x" * 16 + "@" + domain
    text = ("address:" + address.lower()).encode()
    return hmac.new(open(args.key, "rb").read(), text, "sha256").hexdigest()[:16] + "@" + domain


def redacted_text(text, known):
    """Addresses, and where they stand alone the local parts of recipients"""
    text = re.sub(rb"([a-z0-9.]+)(@|%40)([a-z0-9.]+)",
                  lambda m: redacted((m[1] + b"@" + m[3]).decode()).split("@")[0].encode() + m[2] + m[3], text)
    for address in known:
        local = address.split("@")[0].encode()
        text = re.sub(rb"(?<![\w.])" + re.escape(local) + rb"(?![\w.])", redacted(address).split("@")[0].encode(), text)
    return text


def found(kind):
    """{network: {value: [times]}}"""
    out = collections.defaultdict(lambda: collections.defaultdict(list))
    if kind == "source":
        for m in mails.values():
            out[network(m)][m["src_ip"]].append(m["ts"])
        return out
    for key, of_message in once("attachments" if kind == "file" else "urls").items():
        for r in of_message:
            value = {"file": r.get("sha256"), "domain": r.get("domain"), "link": "" if r.get("domain") else r.get("host")}[kind]
            if key in mails and value:
                out[network(mails[key])][value].append(r["ts"])
    return out


def files(pattern):
    names = sorted(os.path.basename(p) for p in glob.glob(args.out + "/*"))
    check(all(re.fullmatch(pattern, n) for n in names), "names of files", names)
    return names


def read(name):
    with open(os.path.join(args.out, name), "rb") as f:
        return f.read()


def nobody_is_named(text, where):
    """No recipient, no honeypot"""
    for address in set(sum(recipients.values(), [])) if not args.recipients else ():
        local = address.split("@")[0].encode()
        check(local not in text, where, "names", local)
    if args.format != "ecs":
        check(b"198.51.100.99" not in text and b"hidden-sensor" not in text, where, "names the honeypot")


def own_uuid(kind, name):
    return str(uuid.uuid5(OWN_SPACE, kind + " " + name))


def seconds(ts):
    parsed = datetime.datetime.strptime(ts[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z")
    return int(parsed.timestamp())


# --- schemas ---

def refuse(uri):
    raise ValueError("not one of the schemas here: " + uri)


def validator(folder, path):
    store = {}
    for p in glob.glob(folder + "/**/*.json", recursive=True):
        with open(p) as f:
            s = json.load(f)
        store[s.get("$id") or s.get("id")] = s
    with open(os.path.join(folder, path)) as f:
        s = json.load(f)
    kind = jsonschema.validators.validator_for(s)
    resolver = jsonschema.RefResolver(s.get("$id") or s.get("id"), s, store=store, handlers={"http": refuse, "https": refuse})
    return kind(s, resolver=resolver, format_checker=jsonschema.FormatChecker())


def is_valid(v, document, where):
    errors = sorted(v.iter_errors(document), key=lambda e: list(map(str, e.path)))
    check(not errors, where, list(errors[0].path) if errors else "", errors[0].message if errors else "")


# --- evidence ---

def evidence_of(mail, text):
    """The lines in front, and behind them the mail, or what is left of it"""
    key = key_of(mail)
    check(key in payloads, name_of(mail), "has evidence, and no payload")
    message = email.message_from_bytes(text)
    check(message["X-Originating-IP"] == "[%s]" % mail["src_ip"], "X-Originating-IP", message["X-Originating-IP"])
    check(sorted(message.get_all("X-Envelope-To")) == sorted(map(redacted, recipients[key])), "X-Envelope-To",
          message.get_all("X-Envelope-To"))
    whole = payloads[key]
    want = whole if args.recipients else redacted_text(whole, recipients[key])
    at = text.find(b"\n" + want[:7]) + 1
    if not args.recipients and (b"base64" in whole or b"\0" in whole):
        check(b"[redacted: " in text, name_of(mail), "what cannot be looked through is there")
        body = whole.find(b"\r\n\r\n") + 4 if b"base64" in whole else whole.find(b"bare") - 1
        want = redacted_text(whole[:body], recipients[key])
        check(text[at:at + len(want)] == want and len(text) < at + len(want) + 80, name_of(mail), text[at:], want)
        return
    check(at > 1 and text[at:] == want[:MIB5 - at], name_of(mail), "evidence is", text[at:], "and not", want)
    check(len(text) == MIB5 if len(whole) > MIB5 else len(text) < MIB5, "size", len(text))


# --- formats ---

def check_list():
    check(files(r"list\.csv") == ["list.csv"])
    table = list(csv.reader(read("list.csv").decode().splitlines()))
    want = [[ip, min(t), max(t), str(len(t)), n[2:] if n != "none" else "",
             next(m["src_as_name"] for m in mails.values() if network(m) == n)]
            for n, of in found("source").items() for ip, t in of.items()]
    check(table[0] == ["address", "first", "last", "count", "asn", "as_name"], table[0])
    check(sorted(table[1:]) == sorted(want), table[1:], want)
    return 1


def check_abuseipdb():
    check(files(r"abuseipdb-\d+\.csv") == ["abuseipdb-1.csv"])
    table = list(csv.DictReader(read("abuseipdb-1.csv").decode().splitlines()))
    want = {ip: t for of in found("source").values() for ip, t in of.items()}
    check(list(table[0]) == ["IP", "Categories", "ReportDate", "Comment"], table[0])
    check(sorted(r["IP"] for r in table) == sorted(want), table)
    for r in table:
        t = want[r["IP"]]
        check(r["Categories"] == "11" and r["ReportDate"] == min(t), r)
        check("%d mails" % len(t) in r["Comment"] and max(t) in r["Comment"] and len(r["Comment"]) < 1024, r)
    return 1


def check_ecs():
    names = files(r"(none|AS\d+)\.ecs\.ndjson")
    check(names == sorted({network(m) + ".ecs.ndjson" for m in mails.values()}), names)
    seen = set()
    for name in names:
        lines = read(name).decode().splitlines()
        nobody_is_named(read(name), name)
        documents = [json.loads(line) for line in lines]
        order = [(d["@timestamp"], d["event"]["id"]) for d in documents]
        check(order == sorted(order), name, "order")
        for d in documents:
            mail = mails[tuple(d["event"]["id"].split("-"))]
            key = key_of(mail)
            seen.add(key)
            check(network(mail) + ".ecs.ndjson" == name and d["@timestamp"] == mail["ts"], d)
            check(d["source"]["ip"] == mail["src_ip"] and d["source"]["port"] == int(mail["src_port"]), d)
            check(d["source"].get("as", {}).get("number") == (int(mail["src_asn"]) if mail["src_asn"] else None), d)
            check(d["destination"]["ip"] == mail["dst_ip"] and d["destination"]["port"] == 1080, d)
            check(d["network"]["community_id"] == flows[mail["uid"]], d)
            check(sorted(d["email"]["to"]["address"]) == sorted(map(redacted, recipients[key])), d["email"])
            check(d["email"]["from"]["address"] == "spam@sender.example", d["email"])
            check(d["email"]["message_id"] == mail["message_id"][1:-1], d["email"])
            plain = mail["subject"] if not mail["subject"].startswith("Dear ") else None
            check(plain is None or d["email"].get("subject", "") == shown(plain), d["email"], plain)
            check(d.get("tags", []) == mail["tags"].split(), d)
            check(d["potsherd"]["sha256"] == mail["sha256"], d)
    check(seen == set(mails), "mails that are missing", set(mails) - seen)
    return len(names)


LANGUAGE = {"en": "en", "iw": "he", "zh-Hant": "zh", "crs": None, "": None, "pt-BR": "pt-BR", "jw": "jv", "no": "no",
            "sr-ME": "sr-ME", "zh": "zh"}
FROM = {"<>": "null-path@potsherd.invalid", "": "unknown-path@potsherd.invalid", "offers@sender.example": "offers@sender.example"}


def check_sender(mail, sender, where):
    own = recipients[key_of(mail)]
    if mail["mail_from"] in own:
        check(sender == redacted(mail["mail_from"]), where, sender)
    elif mail["mail_from"].startswith("bounce-"):
        check(sender.endswith("@list.example"), where, sender)
    else:
        check(sender == FROM.get(mail["mail_from"], "unusable-path@potsherd.invalid"), where, sender)


def check_xarf():
    names = files(r"(none|AS\d+)-[0-9a-f]{16}-\d+\.xarf\.json")
    check(names == sorted("%s-%s.xarf.json" % (network(m), name_of(m)) for m in mails.values()), names)
    spam = validator(args.schemas + "/xarf/schemas/v4", "types/messaging-spam.json")
    master = validator(args.schemas + "/xarf/schemas/v4", "xarf-v4-master.json")
    for name in names:
        d = json.loads(read(name))
        mail = mails[tuple(name.split(".")[0].split("-")[1:])]
        nobody_is_named(read(name), name)
        is_valid(spam, d, name)
        is_valid(master, d, name)
        check(d["report_id"] == own_uuid("xarf", name_of(mail)), d["report_id"])
        check(d["reporter"] == d["sender"] == {"org": ORG, "contact": CONTACT, "domain": "desk.example"}, d["reporter"])
        check((d["source_identifier"], d["source_port"]) == (mail["src_ip"], int(mail["src_port"])), d)
        check(d["evidence_source"] == "honeypot" and d["timestamp"] == mail["ts"] and d["recipient_count"] == 2, d)
        check(d.get("language") == LANGUAGE[mail["language"]], d.get("language"), mail["language"])
        check(d["smtp_to"] in map(redacted, recipients[key_of(mail)]), d["smtp_to"])
        check(len(mail["message_id"]) > 200 or d["message_id"] == mail["message_id"], d)
        check(d.get("tags", []) == (["potsherd:phish", "potsherd:casino_2"] if mail["tags"] else []), d.get("tags"))
        check_sender(mail, d["smtp_from"], name)
        check(("evidence" in d) == (key_of(mail) in payloads), name, "evidence")
        for e in d.get("evidence", ()):
            text = base64.b64decode(e["payload"], validate=True)
            check(len(text) == e["size"] and e["hash"] == "sha256:" + hashlib.sha256(text).hexdigest(), name, e["hash"])
            nobody_is_named(text, name + ": evidence")
            evidence_of(mail, text)
    return len(names)


def part_bytes(whole, boundary, number):
    return whole.split(b"\r\n--" + boundary.encode())[number].split(b"\r\n\r\n", 1)[1]


def check_arf():
    names = files(r"(none|AS\d+)-[0-9a-f]{16}-\d+\.arf\.eml")
    check(names == sorted("%s-%s.arf.eml" % (network(m), name_of(m)) for m in mails.values()), names)
    for name in names:
        whole = read(name)
        mail = mails[tuple(name.split(".")[0].split("-")[1:])]
        nobody_is_named(whole, name)
        message = email.message_from_bytes(whole, policy=email.policy.default)
        check(not message.defects, name, message.defects)
        check(message.get_content_type() == "multipart/report" and message.get_param("report-type") == "feedback-report", name)
        check(message["From"].addresses[0].addr_spec == CONTACT and message["Date"].datetime.timestamp() == seconds(mail["ts"]), name)
        check(message["Message-ID"] == "<%s@desk.example>" % own_uuid("arf", name_of(mail)), message["Message-ID"])
        parts = message.get_payload()
        evidence = key_of(mail) in payloads
        check([p.get_content_type() for p in parts] == ["text/plain", "message/feedback-report",
              "message/rfc822" if evidence else "text/rfc822-headers"], name, parts)
        check(ORG in parts[0].get_content(), parts[0])
        # the fields are the headers of a message without a body
        fields = email.message_from_bytes(part_bytes(whole, message.get_boundary(), 2))
        check(fields["Feedback-Type"] == "abuse" and fields["Version"] == "1" and fields["User-Agent"].startswith("potsherd/"), fields)
        check(fields["Source-IP"] == mail["src_ip"] and fields["Source-Port"] == mail["src_port"], fields)
        check(email.utils.parsedate_to_datetime(fields["Arrival-Date"]).timestamp() == seconds(mail["ts"]), fields)
        check(sorted(fields.get_all("Original-Rcpt-To")) == sorted("<%s>" % redacted(r) for r in recipients[key_of(mail)]), fields)
        sender = fields["Original-Mail-From"]
        want = {"<>": "<>", "": None, "caf\\xe9@evil.example": "<caf\\xe9@evil.example>"}.get(mail["mail_from"], "<%s>" % mail["mail_from"])
        hides = mail["mail_from"] in recipients[key_of(mail)] or mail["mail_from"].startswith("bounce-")
        check(sender == want or (hides and not args.recipients), name, sender, want)
        third = part_bytes(whole, message.get_boundary(), 3)
        if evidence:
            evidence_of(mail, third)
            clean = third.replace(b"\r\n", b"")
            encoding = "binary" if b"\0" in third or b"\n" in clean or b"\r" in clean else "8bit" if max(third) > 127 else "7bit"
            check(parts[2]["Content-Transfer-Encoding"] == encoding, name, parts[2]["Content-Transfer-Encoding"], encoding)
        else:
            check(email.message_from_bytes(third)["X-Originating-IP"] == "[%s]" % mail["src_ip"], third)
    return len(names)


KINDS = {"source": "ip-src", "domain": "domain", "link": "ip-dst", "file": "sha256"}


def check_misp():
    names = files(r"manifest\.json|[0-9a-f-]{36}\.json")
    schema = validator(args.schemas + "/misp/pymisp/data", "schema.json")
    manifest = json.loads(read("manifest.json"))
    networks = {network(m) for m in mails.values()}
    check(sorted(manifest) == sorted(own_uuid("misp", "%s\n%s\n" % (ORG, n)) for n in networks), manifest)
    check(sorted(names) == sorted([u + ".json" for u in manifest] + ["manifest.json"]), names)
    for n in networks:
        ours = [m for m in mails.values() if network(m) == n]
        u = own_uuid("misp", "%s\n%s\n" % (ORG, n))
        d = json.loads(read(u + ".json"))
        nobody_is_named(read(u + ".json"), n)
        is_valid(schema, d, n)
        event = d["Event"]
        check(event["uuid"] == u and event["date"] == min(m["ts"] for m in ours)[:10], event)
        check(event["timestamp"] == str(seconds(max(m["ts"] for m in ours))), event["timestamp"])
        check(all(event[k] == v for k, v in manifest[u].items()), manifest[u])
        want = {(KINDS[k], value): t for k in KINDS for value, t in found(k)[n].items()}
        check(sorted(want) == sorted((a["type"], a["value"]) for a in event["Attribute"]), n, event["Attribute"])
        for a in event["Attribute"]:
            t = want[a["type"], a["value"]]
            check(a["comment"].startswith("%d " % len(t)) and min(t) in a["comment"] and max(t) in a["comment"], a, t)
            check(a["timestamp"] == str(seconds(max(t))), a)
            check(a["uuid"] == own_uuid("misp", "%s\n%s %s\n%s" % (ORG, n, a["type"], a["value"])), a)
            check(a["to_ids"] == (a["type"] in ("ip-src", "sha256")), a)
    return len(names)


def check_stix():
    names = files(r"(none|AS\d+)\.stix\.json")
    check(names == sorted({network(m) + ".stix.json" for m in mails.values()}), names)
    schema = validator(args.schemas + "/stix2/schemas", "common/bundle.json")
    for name in names:
        d = json.loads(read(name))
        nobody_is_named(read(name), name)
        is_valid(schema, d, name)
        by_id = {o["id"]: o for o in d["objects"]}
        check(len(by_id) == len(d["objects"]), name, "ids that occur twice")
        for o in d["objects"]:
            folder = {"observed-data": "sdos", "indicator": "sdos", "identity": "sdos", "relationship": "sros"}.get(o["type"], "observables")
            is_valid(validator(args.schemas + "/stix2/schemas", "%s/%s.json" % (folder, o["type"])), o, name)
            refs = [o[k] for k in o if k.endswith("_ref")] + sum((o[k] for k in o if k.endswith("_refs")), [])
            check(all(r in by_id for r in refs), name, "refers to what is not there", o)
        n = name.split(".")[0]
        observed = {by_id[o["object_refs"][0]]["type"] + " " + str(by_id[o["object_refs"][0]].get("value") or
                    by_id[o["object_refs"][0]]["hashes"]["SHA-256"]): o for o in d["objects"] if o["type"] == "observed-data"}
        want = {}
        for kind in KINDS:
            for value, t in found(kind)[n].items():
                word = {"file": "file", "domain": "domain-name"}.get(kind, "ipv6-addr" if ":" in value else "ipv4-addr")
                want[word + " " + value] = t
                own = {"hashes": {"SHA-256": value}} if kind == "file" else {"value": value}
                made = "%s--%s" % (word, uuid.uuid5(STIX_SPACE, json.dumps(own, separators=(",", ":"))))
                check(made in by_id, name, "no", made)
        check(sorted(observed) == sorted(want), name, sorted(observed), sorted(want))
        for what, t in want.items():
            o = observed[what]
            check((o["first_observed"], o["last_observed"], o["number_observed"]) == (min(t), max(t), len(t)), o, t)
        patterns = {o["pattern"] for o in d["objects"] if o["type"] == "indicator"}
        check(patterns == {"[%s:value = '%s']" % ("ipv6-addr" if ":" in ip else "ipv4-addr", ip) for ip in found("source")[n]}, patterns)
        based = {o["source_ref"] for o in d["objects"] if o["type"] == "relationship"}
        check(based == {o["id"] for o in d["objects"] if o["type"] == "indicator"}, based)
        systems = [o["number"] for o in d["objects"] if o["type"] == "autonomous-system"]
        check(systems == ([int(n[2:])] if n != "none" else []), systems)
    return len(names)


print("%d right" % globals()["check_" + args.format]())
