#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Kills a listener again and again; no segment is damaged, no row lost or doubled.
# Usage: kill_rounds.py POTSHERD NAMESPACE WORK ROUNDS SEED
import csv, hashlib, os, random, re, signal, subprocess, sys, time

potsherd, namespace, work, rounds, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
out, pcap, log = work + "/out", work + "/pcap", work + "/log"
random.seed(seed)
wrong = 0
finished = {}  # name -> what stat says, sum
pending = {}   # part -> its whole rows, header line and all

def bad(*what):
    global wrong
    wrong += 1
    print("round", number, *what, flush=True)

def start(jobs):
    return subprocess.Popen(
        ["ip", "netns", "exec", namespace, potsherd, "watch", "-i", "h0", "-o", out, "--save-pcap", pcap, "-q",
         "--ports", "all", "--jobs", str(jobs), "--segment-interval", "2",
         "--fsync", random.choice(["none", "segment", "second"])],
        stdout=subprocess.DEVNULL, stderr=open(log, "w"))

def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(p) for p in file.read().split()]

def whole(path):
    data = open(path, "rb").read()
    return data[:data.rfind(b"\n") + 1]

def facts(path):
    st = os.stat(path)
    return st.st_size, st.st_mtime_ns, st.st_ino

def sha(path):
    return hashlib.sha256(open(path, "rb").read()).digest()

def files(end):
    return sorted(f for f in os.listdir(out) if f.endswith(end)) if os.path.isdir(out) else []

def look():
    """Nobody writes now."""
    for name, then in finished.items():
        if not os.path.exists(out + "/" + name):
            bad(name, "is gone")
        elif facts(out + "/" + name) != then[0]:
            bad(name, "has changed")
    for part, rows in list(pending.items()):
        path = out + "/" + part
        if os.path.exists(path[:-5]):
            if open(path[:-5], "rb").read() != rows:
                bad(part, "was not finished as it was")
            if os.path.exists(path):
                bad(part, "stands beside the finished file")
        elif not os.path.exists(path):
            bad(part, "had", rows.count(b"\n") - 1, "rows and is gone")
        elif whole(path) != rows:
            bad(part, "has changed")
    for name in files(".csv"):
        if name not in finished:
            finished[name] = facts(out + "/" + name), sha(out + "/" + name)
    pending.clear()
    for part in files(".csv.part"):
        rows = whole(out + "/" + part)
        if rows.count(b"\n") > 1:
            pending[part] = rows

def said(known):
    for line in open(log, errors="replace"):
        if not re.search(known, line):
            bad("said:", line.rstrip())

KNOWN = r"listening on|process that writes the records is gone|finished after a run that did not end|^$"
killed_jobs = parts_seen = starts = 0
for number in range(rounds):
    jobs = 1 + number % 2
    process = start(jobs)
    if number % 5: # else it may die while it starts
        until = time.time() + 5
        while "listening on" not in open(log).read() and time.time() < until:
            time.sleep(0.01)
    time.sleep(random.uniform(0.2, 1.5))
    if process.poll() is not None:
        bad("did not run; code", process.returncode, open(log).read())
        continue
    some = children(process.pid)
    if number % 3 == 1 and len(some) == 2 * jobs + 1: # a job, its mail template, or the writer
        os.kill(random.choice(some), signal.SIGKILL)
        killed_jobs += 1
        try:
            code = process.wait(10)
        except subprocess.TimeoutExpired:
            bad("goes on without one of its processes")
            process.kill()
            code = process.wait()
        if code != 1:
            bad("a process was killed; the exit code is", code)
        said(KNOWN + r"|was ended by signal 9|has ended; the others are stopped|ended while it started"
             r"|there is no process to read mails any more")
    else:
        process.kill()
        process.wait()
        until = time.time() + 5
        while any(os.path.exists("/proc/%d" % p) and open("/proc/%d/stat" % p).read().split()[2] != "Z" for p in some):
            if time.time() > until:
                bad("jobs live on without their writer")
                break
            time.sleep(0.01)
        said(KNOWN)
    parts_seen += len(files(".csv.part"))
    look()

number = "last"
process = start(2)
time.sleep(3)
process.send_signal(signal.SIGINT)
if process.wait(10) != 0:
    bad("ended with code", process.returncode)
said(KNOWN)
look()
for folder in out, pcap:
    for name in os.listdir(folder):
        if name.endswith(".part"):
            bad(name, "is left")
for name, then in finished.items():
    if sha(out + "/" + name) != then[1]:
        bad(name, "has changed")

# What was finished in time, and what the next start finished.
for folder in out, pcap:
    ran = subprocess.run([potsherd, "verify", "-q", folder], capture_output=True, text=True)
    if ran.returncode or ", 0 changed, 0 missing, 0 not in the manifest" not in ran.stdout:
        bad("verify:", ran.stdout[-500:], ran.stderr[-500:])

csv.field_size_limit(1 << 30)
total = {}
keys = {"connections": ("uid",), "requests": ("uid", "request_n"), "emails": ("uid", "email_n"),
        "payloads": ("uid", "email_n")}
seen = {kind: set() for kind in keys}
every = set()
links, said_links = {}, {}  # (uid, email_n) -> rows in urls; what its row in emails says
for name in files(".csv"):
    kind = name.split("-")[0]
    with open(out + "/" + name, newline="", encoding="utf-8") as file:
        rows = csv.reader(file, strict=True)
        header = next(rows)
        at = [header.index(column) for column in keys.get(kind, ())]
        for row in rows:
            total[kind] = total.get(kind, 0) + 1
            if len(row) != len(header):
                bad(name, "has a row of", len(row), "columns")
                continue
            named = dict(zip(header, row))
            if kind == "urls":  # one link may stand twice in a mail
                key = named["uid"], named["email_n"]
                links[key] = links.get(key, 0) + 1
                continue
            if kind == "emails":
                said_links[named["uid"], named["email_n"]] = int(named["urls"] or 0)
            sum = hashlib.md5(repr((kind, row)).encode()).digest()
            if sum in every:
                bad(name, "has a row that was there before", row[:6])
            every.add(sum)
            if at:
                key = tuple(row[i] for i in at)
                if key in seen[kind]:
                    bad(name, "has a second row of", key)
                seen[kind].add(key)
for key, n in links.items():
    if n > said_links.get(key, n):
        bad("urls has", n, "rows of", key, "whose row in emails says", said_links[key])
saved = 0
for name in sorted(os.listdir(pcap)):
    if name == "SHA256SUMS":
        continue
    saved += 1
    if subprocess.run(["tcpdump", "-n", "-r", pcap + "/" + name], capture_output=True).returncode:
        bad(name, "cannot be read")
print("# %d rounds, in %d of them one process; %d unfinished files were left, %d finished, %d captures; rows: %s"
      % (rounds, killed_jobs, parts_seen, len(finished), saved, total), flush=True)
for kind in "connections", "requests", "emails", "payloads", "recipients", "scans":
    if total.get(kind, 0) < rounds:
        bad("too few", kind)
if parts_seen < rounds // 3 or killed_jobs < rounds // 10:
    bad("too few were killed at work")
sys.exit(wrong != 0)
