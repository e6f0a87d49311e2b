#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether the files of `share` are valid, whatever the records hold: by the published schemas,
# Python's email and csv; and whether no recipient is in them.  Says nothing when all is well.
# Usage: share_valid.py FORMAT OUT SCHEMAS RECORDS
import base64
import csv
import email
import glob
import json
import re
import sys
import warnings

warnings.simplefilter("ignore")
import jsonschema  # noqa: E402, warns of itself

csv.field_size_limit(1 << 30)
form, out, schemas, records = sys.argv[1:]
people = set()
with open(records + "/recipients.csv", newline="") as f:
    for row in csv.DictReader(f):
        local = row["rcpt"].rpartition("@")[0]
        if row["accepted"] != "0" and re.fullmatch(r"[a-z0-9.]{5,64}", local):
            people.add(local.encode())


def refuse(uri):
    raise ValueError("not one of the schemas here: " + uri)


def validator(folder, path):
    store = {}
    for p in glob.glob(folder + "/**/*.json", recursive=True):
        with open(p) as f:
            s = json.load(f)
        store[s.get("$id") or s.get("id")] = s
    with open(folder + "/" + path) as f:
        s = json.load(f)
    resolver = jsonschema.RefResolver(s.get("$id") or s.get("id"), s, store=store, handlers={"http": refuse, "https": refuse})
    return jsonschema.validators.validator_for(s)(s, resolver=resolver, format_checker=jsonschema.FormatChecker())


def is_well(name, text):
    """What is wrong with it, or nothing"""
    if form in ("list", "abuseipdb"):
        table = list(csv.reader(text.decode().splitlines()))
        return None if len({len(r) for r in table}) == 1 and len(table) > 1 else "no table"
    if form == "ecs":
        lines = text.decode().split("\n")
        return None if lines.pop() == "" and all(json.loads(line)["source"]["ip"] for line in lines) else "no lines of JSON"
    if form == "arf":
        message = email.message_from_bytes(text)
        parts = message.get_payload()
        fields = [p.get_payload()[0] if p.is_multipart() else p for p in parts]
        if len(parts) != 3 or message.defects or not fields[1]["Source-IP"] or message["Bcc"] or fields[1]["Bcc"]:
            return "no report"
        return "a line that is too long" if max(map(len, text.split(b"\r\n--", 1)[0].split(b"\r\n"))) > 998 else None
    if form == "misp" and name.endswith("manifest.json"):
        return None if json.loads(text) else "empty"
    document = json.loads(text)
    v = {"xarf": ("/xarf/schemas/v4", "xarf-v4-master.json"), "misp": ("/misp/pymisp/data", "schema.json"),
         "stix": ("/stix2/schemas", "common/bundle.json")}[form]
    errors = list(validator(schemas + v[0], v[1]).iter_errors(document))
    return errors[0].message[:300] if errors else None


names = glob.glob(out + "/*")
if not names:
    print("no files")
for name in names:
    with open(name, "rb") as f:
        whole = f.read()
    wrong = is_well(name, whole)
    if wrong:
        print(name, wrong)
    if form == "xarf":
        whole += b"".join(base64.b64decode(e["payload"]) for e in json.loads(whole).get("evidence", ()))
    for local in people:
        if local in whole:
            print(name, "names", local)
