#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Rows on the disk and rows that were not written are together those of the captures sent.
# Usage: disk_accounted.py WORK CAPTURE...
import csv, glob, os, re, subprocess, sys
work, sent = sys.argv[1], sys.argv[2:]
csv.field_size_limit(1 << 30)
kinds = ("connections", "requests", "emails", "recipients", "payloads", "scans", "urls", "attachments")
wrong = 0

def rows(path):
    global wrong
    data = open(path, "rb").read()
    if not data.endswith(b"\n") or b"\0" in data:
        print(path, "does not end with a row, or holds NULs")
        wrong += 1
    reader = csv.reader(data.decode().splitlines(), strict=True)
    width, n = len(next(reader)), 0
    for row in reader:
        n += 1
        if len(row) != width:
            print(path, "row", n, "has", len(row), "columns")
            wrong += 1
    return n

want = {k: sum(rows("%s/want/%s/%s.csv" % (work, f, k)) for f in sent) for k in kinds}
have = {k: sum(rows(f) for f in glob.glob("%s/disk/out/%s-*.csv" % (work, k))) for k in kinds}
messages = 0
for path in glob.glob(work + "/disk/out/*.mbox"):
    data = open(path, "rb").read()
    messages += len(re.findall(rb"^From ", data, re.M))
    if data and (not data.startswith(b"From ") or not data.endswith(b"\n\n") or b"\0" in data):
        print(path, "is damaged")
        wrong += 1
have["payloads"] += messages
if len(sent) == 3: # there was room for the first and the last one
    for k in kinds:
        least = sum(rows("%s/want/%s/%s.csv" % (work, f, k)) for f in (sent[0], sent[2]))
        if have[k] < least:
            print(k, have[k], "rows, there was room for", least)
            wrong += 1
log = open(work + "/log").read()
# What a message says is not known when the message itself is lost.
if "cannot keep a long payload aside" in log:
    for k in ("urls", "attachments"):
        want.pop(k), have.pop(k)
number = lambda pattern: int((re.findall(pattern, log) or [0])[-1])
unknown = sum(map(int, re.findall(r"/(?:urls|attachments)-[^ ]*: recording goes on; (\d+) rows", log))) if "urls" not in want else 0
unwritten, unsaved = number(r"UNWRITTEN +(\d+)"), number(r"UNSAVED +(\d+)")
packets = lambda path: len(subprocess.run(["tcpdump", "-n", "-t", "-q", "-r", path], capture_output=True, check=True).stdout.splitlines())
sent_packets = sum(packets("%s/%s.pcap" % (work, f)) for f in sent)
saved = sum(packets(f) for f in glob.glob(work + "/disk/pcap/*.pcap"))
stats = 0
for path in glob.glob(work + "/disk/out/stats-*.csv"):
    stats += sum(int(r["unwritten"]) for r in csv.DictReader(open(path)))
left = [f for f in glob.glob(work + "/disk/*/*") if f.endswith(".part")]
print("want", want, "have", have, "unwritten", unwritten, "stats", stats)
print("packets sent", sent_packets, "saved", saved, "unsaved", unsaved, "left", left)
if sum(want.values()) != sum(have.values()) + unwritten - unknown:
    print("rows do not add up:", sum(want.values()), "!=", sum(have.values()), "+", unwritten)
    wrong += 1
if sent_packets != saved + unsaved:
    print("packets do not add up")
    wrong += 1
full = os.path.exists(work + "/disk/filler")
if not full and stats != unwritten:
    print("stats.csv does not tell the rows that were not written")
    wrong += 1
if not unwritten or not unsaved or left:
    print("nothing was lost, or something is left")
    wrong += 1
for what in "recording pauses|counted, not recorded", "saving packets pauses":
    said = len(re.findall(what, log))
    if not 1 <= said <= 8: # each file has its say
        print(what, "is said", said, "times")
        wrong += 1
if not full and "recording goes on" not in log and "counted, not recorded" not in log:
    print("it does not say that recording goes on")
    wrong += 1
sys.exit(wrong != 0)
