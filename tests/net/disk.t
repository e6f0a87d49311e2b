#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that fills to the last byte and has room again: recording pauses, says so, counts
# what it could not write, and goes on; rows on the disk and rows that were not written
# are together what a run without limits writes, and every file stays valid.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3
wire_for_watching
mkdir "$work/disk"
trap 'umount -l "$work/disk" 2>/dev/null; cleanup' EXIT

for seed in 1 2 3; do
    "$BUILD/tools/mkpcap" --seed $seed --conversations 150 --mix half --recipients 3 --scan 50 "$work/small$seed.pcap"
    "$BUILD/tools/mkpcap" --seed $seed --conversations 4 --concurrent 4 --mix half --recipients 2 --body 1600000 \
        "$work/big$seed.pcap"
done

# new_disk BYTES
new_disk() {
    umount "$work/disk" 2>/dev/null
    mount -t tmpfs -o "size=$1,mode=755" tmpfs "$work/disk"
}
listen() {
    rm -f "$work/log"
    ip netns exec "$honeypot" "$BUILD/potsherd" watch -i h0 -o "$work/disk/out" --save-pcap "$work/disk/pcap" \
        --ports all "$@" >"$work/log" 2>&1 &
    responder=$!
    for _ in $(seq 100); do
        grep -q 'listening on' "$work/log" && break
        sleep 0.1
    done
}
send() {
    from 60 tcpreplay -q -i a0 --pps 10000 "$work/$1.pcap" >/dev/null
}
fill() {
    head -c 1G /dev/zero >"$work/disk/filler" 2>/dev/null
    [ "$(df --output=avail "$work/disk" | tail -n 1 | xargs)" = 0 ]
}
# accounted FILE...: all rows and packets of these, sent one after the other
accounted() {
    local file
    mkdir -p "$work/want"
    for file; do
        [ -d "$work/want/$file" ] ||
            "$BUILD/potsherd" replay -q -o "$work/want/$file" "$work/$file.pcap" || return 1
    done
    cat "$work/log"
    python3 - "$work" "$@" <<'PYTHON'
import csv, glob, os, re, subprocess, sys
work, sent = sys.argv[1], sys.argv[2:]
csv.field_size_limit(1 << 30)
kinds = ("connections", "requests", "emails", "recipients", "payloads", "scans")
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
number = lambda pattern: int((re.findall(pattern, log) or [0])[-1])
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
if sum(want.values()) != sum(have.values()) + unwritten:
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
PYTHON
}

# with_filler TITLE KIND OPTION...
with_filler() {
    local title=$1 kind=$2
    shift 2
    new_disk 48M
    listen "$@"
    send "${kind}1"
    sleep 2.5 # from job to writer, from writer to disk: a second each
    ok "$title: the disk is full" fill
    send "${kind}2"
    sleep 1.5
    rm "$work/disk/filler"
    sleep 1.2
    send "${kind}3"
    ok "$title: it ends, with code 1" ends INT 1
    ok "$title: everything is accounted for" accounted "${kind}1" "${kind}2" "${kind}3"
}
with_filler "one job" small
with_filler "two jobs" small --jobs 2
with_filler "mbox" small --payload mbox
with_filler "long messages" big
with_filler "long messages, two jobs" big --jobs 2
with_filler "long messages, mbox" big --payload mbox

# The records themselves fill it, and it ends while it is full.
for jobs in 1 2; do
    new_disk 1M
    listen --jobs $jobs
    send small1
    sleep 1
    touch "$work/disk/filler" # nobody makes room
    send small2
    ok "full to the end, $jobs: it ends, with code 1" ends INT 1
    ok "full to the end, $jobs: everything is accounted for" accounted small1 small2
done
done_testing
