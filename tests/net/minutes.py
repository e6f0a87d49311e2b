#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# stats.csv has a row a minute, which sum to what was sent, the summary and the metrics.
# Usage: minutes.py WORK BEGUN
import csv, datetime, glob, re, struct, sys
work, begun = sys.argv[1], int(sys.argv[2])
bad = 0
def equal(what, have, want):
    global bad
    if have != want:
        bad = 1
        print(what, "is", have, "not", want)

rows = [r for f in sorted(glob.glob(work + "/minutes/stats-*.csv")) for r in csv.DictReader(open(f))]
total = lambda name: sum(int(r[name]) for r in rows)
times, at, data = [], 24, open(work + "/all.pcap", "rb").read()
while at + 16 <= len(data):
    s, us, n, _ = struct.unpack_from("<IIII", data, at)
    times.append(s + us / 1e6)
    at += 16 + n

# what was sent
sent = open(work + "/sent").read().split()
truth = {n: list(csv.DictReader(open(work + "/truth" + n), delimiter="\t")) for n in set(sent)}
mails = sum(r["kind"] == "mail" for n in sent for r in truth[n])
want = {"received": len(times), "captured": len(times), "dropped": 0, "interface_dropped": 0, "unwritten": 0,
        "connections": sum(len({r["conversation"] for r in truth[n]}) for n in sent),
        "attempts": 20 * len(sent),
        "requests": sum(r["kind"] == "request" for n in sent for r in truth[n]),
        "emails": mails, "recipients": 3 * mails}
for name, n in want.items():
    equal("sum of " + name, total(name), n)

# a row each full minute, and one at the end
ends = [datetime.datetime.fromisoformat(r["ts"].replace("Z", "+00:00")).timestamp() for r in rows]
print([r["ts"] for r in rows], [r["interval"] for r in rows], [r["captured"] for r in rows])
equal("minutes with a row", [int(t // 60) for t in ends[:-1]], list(range(begun // 60 + 1, int(ends[-1] // 60) + 1)))
if len(rows) < 3 or any(t % 60 > 2 for t in ends[:-1]):
    bad = 1
    print("rows are too few, or not of full minutes")
start = ends[0] - float(rows[0]["interval"])
if abs(start - begun) > 2:
    bad = 1
    print("the first interval begins at", start, "not", begun)
for i, r in enumerate(rows):
    first = ends[i] - float(r["interval"])
    if i and abs(first - ends[i - 1]) > 0.01:
        bad = 1
        print("interval", i, "begins at", first, "not", ends[i - 1])
    least = sum(first + 1 < t <= ends[i] - 1 for t in times)
    most = sum(first - 1 < t <= ends[i] + 1 for t in times)
    if not least <= int(r["captured"]) <= most:
        bad = 1
        print("row", i, "has", r["captured"], "packets, not", least, "to", most)

# the summary
log = open(work + "/minutes.log").read()
said = lambda pattern: [int(n) for n in re.search(pattern, log, re.M).groups()]
equal("summary", said(r"^(\d+) packets"), [want["captured"]])
equal("summary", said(r"^  connections +(\d+)"), [total("connections")])
equal("summary", said(r"^  unanswered +(\d+)"), [total("attempts")])
equal("summary", said(r"^  requests +(\d+):"), [total("requests")])
equal("summary", said(r"^  emails +(\d+) \((\d+) complete\) to (\d+)"), [mails, mails, total("recipients")])
equal("summary", said(r"^  missing +(\d+) bytes"), [total("missing_bytes")])
equal("summary", said(r"^  left out +(\d+)"), [total("not_understood")])
equal("summary", said(r"^  received +(\d+) packets: (\d+) captured, (\d+) LOST.*; (\d+) lost"),
      [total(n) for n in ("received", "captured", "dropped", "interface_dropped")])

# the metrics
metrics = {}
for line in open(work + "/metrics/potsherd.prom"):
    if not line.startswith("#"):
        name, value = line.rsplit(" ", 1)
        metrics[name] = float(value)
family = lambda name: sum(v for k, v in metrics.items() if k == name or k.startswith(name + "{"))
for metric, n in (("packets_received_total", total("received")), ("packets_captured_total", total("captured")),
                  ('packets_dropped_total{by="kernel"}', total("dropped")),
                  ('packets_dropped_total{by="interface"}', total("interface_dropped")),
                  ("packets_not_understood_total", total("not_understood")),
                  ("connections_total", total("connections")), ("connections_ended_total", total("connections")),
                  ("connections_open", int(rows[-1]["open"])), ("attempts_total", total("attempts")),
                  ("requests_total", total("requests")), ("emails_total", mails),
                  ("recipients_total", total("recipients")), ("missing_bytes_total", total("missing_bytes")),
                  ("evicted_total", total("evicted")), ("limits_total", total("limits")),
                  ("rows_unwritten_total", total("unwritten"))):
    equal(metric, family("potsherd_" + metric), n)
sys.exit(bad)
