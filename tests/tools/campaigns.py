#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Made campaigns against their truth: records of a replay, records that mkrecords wrote, and Python's
# own reader of mails.  Usage: campaigns.py CHECK ARGUMENT...; ends with 1 and says why where it does not hold.
import base64
import collections
import csv
import email
import email.policy
import sys

csv.field_size_limit(1 << 30)
FEATURES = ("message_id", "content_type", "charset", "language", "layout", "subject", "text_signature", "urls",
            "attachments", "mail_from", "src_ip", "src_port", "email_n", "header_date", "mailer", "complete")
LINK = ("url", "scheme", "host", "domain", "part", "path", "shown_host")
FILE = ("filename", "content_type", "size")


def rows(path):
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        yield from csv.DictReader(file)


def truth(path):
    """message_id: campaign, or 0 for noise."""
    return {row["message_id"]: int(row["campaign"] or 0) for row in rows(path)}


def weak_ones(path):
    return {int(row["campaign"]) for row in rows(path) if row["weak"] == "1"}


def cells(folder):
    """By message: what records say of it that campaigns are found by."""
    by_key, out = {}, {}
    for row in rows(folder + "/emails.csv"):
        by_key[row["uid"], row["email_n"]] = row["message_id"]
        out[row["message_id"]] = [[row[c] for c in FEATURES], [], []]
    for name, at, columns in (("urls", 1, LINK), ("attachments", 2, FILE)):
        for row in rows("%s/%s.csv" % (folder, name)):
            out[by_key[row["uid"], row["email_n"]]][at].append([row[c] for c in columns])
    return out


def same(replayed, written):
    a, b = cells(replayed), cells(written)
    if a.keys() != b.keys():
        sys.exit("%d and %d mails, %d in both" % (len(a), len(b), len(a.keys() & b.keys())))
    wrong = [key for key in a if a[key] != b[key]]
    for key in wrong[:5]:
        for x, y in zip(a[key], b[key]):
            print("replay %s\nwritten %s" % (x, y))
    return not wrong


def complete(emails, path):
    """Each message has one line of truth, and each line a message."""
    ids = collections.Counter(row["message_id"] for row in rows(emails))
    lines = collections.Counter(row["message_id"] for row in rows(path))
    print(len(ids), len(lines), max(ids.values()), max(lines.values()))
    return ids == lines and max(lines.values()) == 1


def sizes(path, campaigns, noise):
    """As the plan expects: a least number, and by Zipf's law; within what chance allows."""
    counts = collections.Counter(truth(path).values())
    mails = sum(counts.values())
    got = counts.pop(0, 0) / mails * 100
    if abs(got - noise) > 2:
        sys.exit("%.1f %% are noise, not %d" % (got, noise))
    own = mails * (100 - noise) / 100
    least = min(20, own / 2 / campaigns)
    zipf = sum(1 / n for n in range(1, campaigns + 1))
    for n in range(1, campaigns + 1):
        want = least + (own - least * campaigns) / n / zipf
        if abs(counts[n] - want) > 6 * (5 * want) ** 0.5:  # a connection has five mails at most
            sys.exit("campaign %d has %d mails, not about %.0f" % (n, counts[n], want))
    return True


def features(folder, path):
    """Sets of subjects, hosts and names of files by campaign."""
    campaign_of = truth(path)
    by_key, out = {}, collections.defaultdict(lambda: {"subject": collections.Counter(), "host": collections.Counter(),
                                                       "filename": collections.Counter(), "src_ip": collections.Counter(),
                                                       "path": collections.Counter()})
    for row in rows(folder + "/emails.csv"):
        campaign = campaign_of[row["message_id"]]
        by_key[row["uid"], row["email_n"]] = campaign
        for column in ("subject", "src_ip"):
            out[campaign][column][row[column]] += 1
    for name, columns in (("urls", ("host", "path")), ("attachments", ("filename",))):
        for row in rows("%s/%s.csv" % (folder, name)):
            for column in columns:
                out[by_key[row["uid"], row["email_n"]]][column][row[column]] += 1
    return out


def obfuscated(folder, path):
    """A weak campaign has no subject, host or name that most of its mails share; a strong one has one that no
    other has, or a path whose beginning is."""
    weak, seen = weak_ones(path), features(folder, path)
    for campaign, of in seen.items():
        mails = sum(of["subject"].values())
        if campaign == 0 or mails < 20:
            continue
        stable = [c for c in ("subject", "host", "filename") if of[c] and of[c].most_common(1)[0][1] > sum(of[c].values()) / 2]
        starts = collections.Counter()
        for name, n in of["path"].items():
            if not name.startswith("/i/"):  # an image
                starts["/".join(name.split("/")[:2]) if "order.php" in name else ""] += n
        if starts[""] < sum(starts.values()) / 2:
            stable.append("path")
        if (campaign in weak) == bool(stable):
            sys.exit("campaign %d, weak %d: %s" % (campaign, campaign in weak, stable))
    return True


def spread(folder, path):
    """Sources send mails of several campaigns, campaigns come from several sources, at the same time."""
    campaign_of, sources, order = truth(path), collections.defaultdict(set), []
    for row in rows(folder + "/emails.csv"):
        sources[row["src_ip"]].add(campaign_of[row["message_id"]])
        order.append(campaign_of[row["message_id"]])
    many = sum(len(of) > 1 for of in sources.values())
    turns = sum(a != b for a, b in zip(order, order[1:]))
    print("%d of %d sources send several; %d turns in %d mails" % (many, len(sources), turns, len(order)))
    return many > len(sources) / 10 and turns > len(order) / 5


def read(payloads, emails):
    """Python's reader of mails finds no defects, and the subject, charset and files that the records have."""
    want = {(row["uid"], row["email_n"]): row for row in rows(emails)}
    for row in rows(payloads):
        mail = email.message_from_bytes(base64.b64decode(row["data"]), policy=email.policy.default)
        of = want[row["uid"], row["email_n"]]
        parts = list(mail.walk())
        text = next(p for p in parts if p.get_content_maintype() == "text")
        files = sum(p.get_filename() is not None for p in parts)
        defects = [d for p in parts for d in p.defects] + list(mail["subject"].defects)
        text.get_content().encode("utf-8")  # its charset can be read
        got = [str(mail["subject"]), mail["message-id"], mail.get_content_type(), text.get_content_charset(), str(files)]
        if got != [of["subject"], of["message_id"], of["content_type"], of["charset"], of["attachments"]] or defects:
            sys.exit("%s, not %s; %s" % (got, of, defects))
    return bool(want)


def variety(emails):
    """All kinds of mails are there: content types, charsets, languages."""
    seen = {c: set() for c in ("content_type", "charset", "language", "layout")}
    unsure = mails = 0
    for row in rows(emails):
        mails += 1
        unsure += not row["language"]
        for column, values in seen.items():
            values.add(row[column])
    print({c: len(v) for c, v in seen.items()}, unsure, mails)
    return len(seen["content_type"]) == 5 and len(seen["charset"]) == 10 and len(seen["layout"]) > 50 \
        and {"en", "de", "es", "fr", "ja", "pt", "ru", "zh", "zh-Hant"} <= seen["language"] and unsure < mails / 20


def layouts(emails, most):
    """Few are shared by all campaigns; paragraphs that come and go make three of one at most."""
    counts = collections.Counter(row["layout"] for row in rows(emails))
    print(len(counts), counts.most_common(5))
    return len(counts) <= 3 * most


CHECKS = {"same": same, "complete": complete, "obfuscated": obfuscated, "spread": spread, "read": read,
          "variety": variety, "layouts": lambda a, n: layouts(a, int(n)),
          "sizes": lambda a, n, noise: sizes(a, int(n), int(noise))}

sys.exit(0 if CHECKS[sys.argv[1]](*sys.argv[2:]) else 1)
