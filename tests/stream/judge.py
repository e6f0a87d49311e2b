#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge records by what is known of the capture, not by what potsherd once said.

    judge.py ends DIR WORD            every connection ended so
    judge.py flags DIR WORD [N]       every (or N) connections have this flag
    judge.py lost LOST DIR            missing_bytes is what mangle took, each and in all
    judge.py mails TRUTH DIR [LOST]   every mail is there; whole ones have their sha256
                                      and all recipients, the others say that bytes miss
    judge.py same DIR DIR [COLUMN...] the same requests, emails and recipients, these
                                      columns left out
    judge.py empty DIR FILE COLUMN    no row has a value there
    judge.py scans DIR SYNS           scans.csv counts so many, in the order of time

TRUTH is mkpcap's, LOST is mangle's. Exit code 1 and a few examples when not.
"""
import collections
import csv
import sys

FOUR_TUPLE = ("src_ip", "src_port", "dst_ip", "dst_port")
bad = []


def table(directory, name):
    with open(f"{directory}/{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tsv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def four_tuple(row):
    return tuple(row[column] for column in FOUR_TUPLE)


def lost_bytes(path):
    return {four_tuple(row): int(row["bytes"]) for row in tsv(path)}


def expect(good, *what):
    if not good:
        bad.append(" ".join(map(str, what)))


def ends(directory, word):
    rows = table(directory, "connections")
    expect(rows, "no connections")
    for row in rows:
        expect(row["end"] == word, row["end"], four_tuple(row))


def flags(directory, word, count=None):
    rows = table(directory, "connections")
    have = sum(word in row["flags"].split() for row in rows)
    expect(have == (int(count) if count else len(rows)) and rows, have, "of", len(rows), "have", word)


def lost(path, directory):
    taken = lost_bytes(path)
    rows = table(directory, "connections")
    for row in rows:
        missing = int(row["missing_bytes"])
        expect(missing == taken.get(four_tuple(row), 0), four_tuple(row), "lost",
               taken.get(four_tuple(row), 0), "says", missing)
    said = sum(int(row["missing_bytes"]) for row in rows)
    expect(said == sum(taken.values()), "in all", sum(taken.values()), "says", said)


def whole_mail(truth, row, recipients):
    expect(row["sha256"] == truth["sha256"], "sha256", four_tuple(truth), truth["mail_n"])
    expect(row["size"] == truth["size"], "size", row["size"], truth["size"], four_tuple(truth))
    expect(row["complete"] == "1" and row["missing_bytes"] == "0", "not complete", four_tuple(truth))
    expect(row["mail_from"] == truth["mail_from"], "mail_from", row["mail_from"], four_tuple(truth))
    expect(recipients[row["uid"], row["email_n"]] == int(truth["rcpt_count"]), "recipients",
           recipients[row["uid"], row["email_n"]], four_tuple(truth))


def mails(truth, directory, lost_path=None):
    taken = lost_bytes(lost_path) if lost_path else {}
    rows = collections.defaultdict(list)
    for row in table(directory, "emails"):
        rows[four_tuple(row)].append(row)
    recipients = collections.Counter((row["uid"], row["email_n"]) for row in table(directory, "recipients"))
    wanted = [row for row in tsv(truth) if row["kind"] == "mail"]
    expect(wanted, "no mails in the truth")
    for mail in wanted:
        found = [row for row in rows[four_tuple(mail)] if row["email_n"] == mail["mail_n"]]
        if len(found) != 1:
            expect(False, len(found), "rows for mail", mail["mail_n"], "of", four_tuple(mail))
        elif not taken.get(four_tuple(mail)):
            whole_mail(mail, found[0], recipients)
        elif found[0]["sha256"] != mail["sha256"]:
            expect(found[0]["complete"] == "0" and int(found[0]["missing_bytes"]) > 0,
                   "lost something and does not say so", four_tuple(mail))
    expect(sum(map(len, rows.values())) == len(wanted), "rows", sum(map(len, rows.values())),
           "mails", len(wanted))


def same(one, other, *left_out):
    for name in ("requests", "emails", "recipients"):
        have = []
        for directory in (one, other):
            have.append(collections.Counter(
                tuple((k, v) for k, v in row.items() if k not in left_out)
                for row in table(directory, name)))
        for sign, rows in (("-", have[0] - have[1]), ("+", have[1] - have[0])):
            for row, count in rows.items():
                expect(False, sign, name, count, {k: v for k, v in row if v})


def empty(directory, name, column):
    rows = table(directory, name)
    expect(rows, "no rows")
    expect(not any(row[column] for row in rows), sum(bool(row[column]) for row in rows), "rows have one")


def scans(directory, syns):
    rows = table(directory, "scans")
    said = sum(int(row["syns"]) for row in rows)
    expect(said == int(syns), said, "SYNs, not", syns)
    expect(all(a["ts"] <= b["ts"] for a, b in zip(rows, rows[1:])), "not in the order of time")


{f.__name__: f for f in (ends, flags, lost, mails, same, empty, scans)}[sys.argv[1]](*sys.argv[2:])
for line in bad[:8]:
    print(line)
if len(bad) > 8:
    print("... and", len(bad) - 8, "more")
sys.exit(bool(bad))
