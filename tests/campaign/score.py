#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# How well the found campaigns are the made ones (mkpcap --campaigns, mkrecords).
# Usage: score.py TRUTH RECORDS OUT.  Prints: the share of pairs put together that belong together;
# of the true campaigns of 20 messages and more the share of which one found campaign holds all,
# and 95 % of the messages; messages found; then the same of each kind of campaign.
import collections, csv, sys

csv.field_size_limit(1 << 30)
truth_file, records, out = sys.argv[1:]
truth = {}
weak = {}
with open(truth_file, newline="") as f:
    for row in csv.DictReader(f):
        truth[row["message_id"].strip("<>")] = row["campaign"]
        weak[row["campaign"]] = row["weak"]
of = {}
with open(records + "/emails.csv", encoding="utf-8", errors="surrogateescape", newline="") as f:
    for row in csv.DictReader(f):
        of[row["uid"], row["email_n"]] = truth[row["message_id"].strip("<>")]
kind = {r["campaign"]: r["kind"] for r in csv.DictReader(open(out + "/campaigns.csv", newline=""))}
sizes = collections.Counter(of.values())


def pairs(n):
    return n * (n - 1) // 2


def score(kinds, of_campaigns):
    found = collections.defaultdict(collections.Counter)
    with open(out + "/campaign_emails.csv", newline="") as f:
        for row in csv.DictReader(f):
            if kind[row["campaign"]] in kinds:
                found[row["campaign"]][of[row["uid"], row["email_n"]]] += 1
    together = sum(pairs(sum(c.values())) for c in found.values())
    right = sum(pairs(n) for c in found.values() for t, n in c.items() if t)
    best = collections.Counter()
    for c in found.values():
        for t, n in c.items():
            best[t] = max(best[t], n)
    large = [t for t, n in sizes.items() if t and n >= 20 and weak[t] in of_campaigns]
    whole = sum(best[t] == sizes[t] for t in large)
    most = sum(best[t] >= 0.95 * sizes[t] for t in large)
    noise = sum(c[""] for c in found.values())
    inside = sum(sum(c.values()) for c in found.values()) - noise
    return "pairs %.4f, whole %.4f, 95 %% %.4f of %d; found %d, noise in them %d of %d, messages of campaigns %.4f" % (
        right / together if together else 1, whole / max(len(large), 1), most / max(len(large), 1), len(large),
        len(found), noise, sizes[""], inside / max(1, sum(sizes.values()) - sizes[""]))


print("all:   ", score(("tree", "text"), ("0", "1")))
print("tree:  ", score(("tree",), ("0", "1")))
print("strong:", score(("tree", "text"), ("0",)))
print("weak:  ", score(("tree", "text"), ("1",)))
