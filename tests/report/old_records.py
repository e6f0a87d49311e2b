#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Reports on records with columns cut out.
# Usage: old_records.py POTSHERD RECORDS  (sensors.csv and a folder a sensor; cut in a copy)
# Prints a line of TAP's text a case: "ok NAME" or "not ok NAME: why".
import csv, glob, json, os, shutil, subprocess, sys, tempfile

potsherd, records = sys.argv[1:]
# A row cannot be counted without these.
REQUIRED = {
    "connections": {"ts", "src_ip"},
    "requests": {"ts", "src_ip", "module", "class"},
    "emails": {"ts", "src_ip"},
    "recipients": {"ts"},
    "scans": {"ts", "src_ip", "syns"},
    "sensors": {"name"},
}
# Figures that a column gives; each must be null without it. None: a fact of the totals.
FIGURES = {
    ("emails", "rcpt_count"): [(None, "potential_recipients"), (None, "average_recipients_per_email"),
                               ("countries", "recipients"), ("asns", "recipients"), ("modules", "recipients"),
                               ("servers", "recipients"), ("messages", "recipients"), ("sources", "recipients"),
                               ("sensors", "recipients"), ("sensor_plan", "recipients")],
    ("emails", "module"): [("modules", "emails"), ("modules", "emails_percent")],
    ("emails", "target_host"): [("servers", "emails"), ("servers", "percent")],
    ("emails", "mail_from"): [("messages", "mail_from")],
    ("emails", "size"): [("messages", "size")],
    ("connections", "protocol"): [("modules", "connections"), ("modules", "connections_percent"),
                                  ("ports", "protocol")],
    ("requests", "depth"): [("requests", "requests")],
    ("requests", "accepted"): [("servers", "accepted"), ("asked", "accepted")],
    ("recipients", "accepted"): [("recipient_domains", "rejected")],
    ("sensors", "provider"): [("sensors", "provider")],
}
cases = 0


def case(good, name, why):
    global cases
    cases += 1
    print("ok " + name if good else "not ok %s: %s" % (name, why))


def cut(path, column):
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    at = rows[0].index(column)
    with open(path, "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(row[:at] + row[at + 1:] for row in rows)


def report(folder):
    run = subprocess.run([potsherd, "report", "--format", "json", folder + "/sensors.csv", folder + "/first",
                          folder + "/second"], capture_output=True, text=True, encoding="utf-8")
    return run.returncode, run.stdout, run.stderr.splitlines()


def figures(whole, table, column):
    if not table:
        return [whole["totals"][column]]
    return [row[column] for row in whole["tables"][table]["rows"]]


def paths_asked():
    rows = [row for path in glob.glob(records + "/*/requests.csv")
            for row in csv.DictReader(open(path, encoding="utf-8", newline=""))]
    return sum(row["class"] == "get" and row["target"].startswith("/") for row in rows)


def check(whole, kind, column, files, result):
    code, out, err = result
    if column in REQUIRED.get(kind, ()):
        wanted = ["potsherd: %s: line 1: the column '%s' is missing: another version, or another program, "
                  "wrote it (potsherd schema says what is in a file)" % (f, column) for f in files]
        return (code == 1 and err == wanted) or "exit code %d, %s" % (code, err)
    if code:
        return "exit code %d, %s" % (code, err)
    now = json.loads(out)
    # Every file is named once, with its column; a column that is not read is not missed.
    if err and sorted(err) != sorted("potsherd: %s: has no %s: such cells count as empty (not known)" % (f, column)
                                     for f in files):
        return str(err)
    if bool(err) != any("of %s have no column %s:" % (kind, column) in n for n in now["notices"]):
        return "notices: %s" % now["notices"]
    for table, figure in FIGURES.get((kind, column), ()):
        got = figures(now, table, figure)
        if not err or not got or any(value is not None for value in got):
            return "%s.%s is %s, not null" % (table, figure, got)
    if (kind, column) == ("requests", "target"): # a path was class get, and cannot be known for one
        now["totals"]["requests"] -= paths_asked()
    for name in "emails_captured", "connections", "requests", "unique_ips", "days":
        if now["totals"][name] != whole["totals"][name]:
            return "%s is %s" % (name, now["totals"][name])
    return True


def try_without(work, whole, kind, column):
    folder = os.path.join(work, "cut")
    shutil.copytree(records, folder)
    files = sorted(glob.glob(folder + "/*/%s.csv" % kind) + glob.glob(folder + "/%s.csv" % kind))
    for path in files:
        cut(path, column)
    result = check(whole, kind, column, files, report(folder))
    case(result is True, "%s.csv without %s" % (kind, column), result)
    shutil.rmtree(folder)


# A folder of an earlier version beside one of this: what is known counts.
def try_mixed(work):
    folder = os.path.join(work, "mixed")
    shutil.copytree(records, folder)
    with open(folder + "/second/emails.csv", encoding="utf-8", newline="") as f:
        known = sum(int(row["rcpt_count"]) for row in csv.DictReader(f))
    cut(folder + "/first/emails.csv", "rcpt_count")
    code, out, err = report(folder)
    now = json.loads(out)
    case(code == 0 and len(err) == 1 and now["totals"]["potential_recipients"] == known and
         any("1 of 2 files of emails have no column rcpt_count" in n for n in now["notices"]),
         "one of two files without rcpt_count", "%d %s %s" % (code, err, now["notices"]))
    shutil.rmtree(folder)


with tempfile.TemporaryDirectory() as work:
    code, out, err = report(records)
    whole = json.loads(out)
    case(code == 0 and not err and not whole["notices"], "whole", "%d %s %s" % (code, err, whole["notices"]))
    for kind in REQUIRED:
        path = (glob.glob(records + "/first/%s.csv" % kind) + glob.glob(records + "/%s.csv" % kind))[0]
        with open(path, encoding="utf-8", newline="") as f:
            for column in next(csv.reader(f)):
                try_without(work, whole, kind, column)
    try_mixed(work)
