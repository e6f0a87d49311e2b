#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The answers to the questions of questions.py, by the csv module alone.
# Usage: answers.py DIR
import collections
import csv
import sys

csv.field_size_limit(1 << 30)


def rows(name):
    return csv.DictReader(open("%s/%s.csv" % (sys.argv[1], name), newline="", encoding="utf-8"))


def show(question, answer):
    print("--", question)
    for row in answer:
        print(*row, sep="|")


def top(counter, n=20):
    return [(*key, count) for key, count in sorted(counter.items(), key=lambda i: (-i[1], i[0]))][:n]


mails = list(rows("emails"))
places, recipients = collections.Counter(), collections.Counter()
days, day_recipients, sizes = collections.Counter(), collections.Counter(), collections.Counter()
for m in mails:
    place = m["src_cc"], int(m["src_asn"] or 0)
    places[place] += 1
    recipients[place] += int(m["rcpt_count"])
    days[m["ts"][:10]] += 1
    day_recipients[m["ts"][:10]] += int(m["rcpt_count"])
    sizes[int(m["rcpt_count"])] += 1
show("mails by place", [(cc, asn, n, recipients[cc, asn]) for cc, asn, n in top(places)])
targets = collections.Counter((r["target_host"] or r["target_ip"], int(r["target_port"] or 0)) for r in rows("requests")
                              if r["depth"] == "1" and r["class"] != "web")
show("targets", top(targets))
show("mails a day", [(d, days[d], day_recipients[d]) for d in sorted(days)])
show("recipients of a mail", sorted(sizes.items()))
show("sources", top(collections.Counter((c["src_ip"], int(c["dst_port"])) for c in rows("connections"))))
show("odd texts", top(collections.Counter((r["password"], r["user_agent"]) for r in rows("requests")), 200))
