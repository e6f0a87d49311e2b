#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a stranger on the wire, and the user that the honeypot becomes, cannot do: make it
# send to others, keep it from its work, write where they may not, lose lines unseen.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs smtp-source curl python3
trap 'umount -l "$work/disk" 2>/dev/null; cleanup' EXIT

cat >"$work/raw.py" <<'EOP'
import os, select, socket, struct, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(("a0", 3))
ours = s.getsockname()[4]
theirs = bytes.fromhex(os.environ["MAC"].replace(":", ""))

def checksum(data):
    data += bytes(len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)

def segment(src, dst, sport, dport, seq, ack, flags, data=b"", window=65535, smac=ours, dmac=theirs, bad=False):
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, window, 0, 0) + data
    if ":" in src:
        pair = socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst)
        ip, kind = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + pair, b"\x86\xdd"
    else:
        pair = socket.inet_aton(src) + socket.inet_aton(dst)
        ip, kind = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + pair, b"\x08\0"
        ip = ip[:10] + checksum(ip) + ip[12:]
    right = checksum(pair + struct.pack("!HH", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + (bytes(b ^ 0x55 for b in right) if bad else right) + tcp[18:]
    return dmac + smac + kind + ip + tcp

def answers(seconds, sport):
    """The honeypot's segments to this port: the frame, seq, ack, flags, window."""
    out, end = [], time.monotonic() + seconds
    while select.select([s], [], [], max(0, end - time.monotonic()))[0]:
        f, facts = s.recvfrom(65536)
        at = {b"\x08\0": 34, b"\x86\xdd": 54}.get(f[12:14])
        if facts[2] != 4 and at and len(f) >= at + 20 and struct.unpack_from("!H", f, at + 2)[0] == sport:
            seq, ack, _, flags, window = struct.unpack_from("!IIBBH", f, at + 4)
            out.append((f, seq, ack, flags, window))
    return out
EOP
cat >"$work/probes.py" <<'EOP'
from raw import *
EVERYBODY, GROUP, OTHER, NOBODY = b"\xff" * 6, b"\1\0\x5e\0\0\1", b"\2\0\0\0\0\x77", bytes(6)
BAIT = "198.51.100.64"
probes = [  # name, how many frames come back, addresses and how the SYN differs
    ("a host", 1, "198.51.100.1", {}),
    ("a private address", 1, "10.1.2.3", {}),
    ("the segment's broadcast", 0, "198.51.100.255", {}),
    ("everybody", 0, "255.255.255.255", {}),
    ("loopback", 0, "127.0.0.1", {}),
    ("link-local", 0, "169.254.1.1", {}),
    ("a group", 0, "224.0.0.1", {}),
    ("a reserved address", 0, "240.0.0.1", {}),
    ("another bait", 0, "198.51.100.65", {}),
    ("itself", 0, BAIT, {}),
    ("everybody's link", 0, "198.51.100.2", {"smac": EVERYBODY}),
    ("a group's link", 0, "198.51.100.2", {"smac": GROUP}),
    ("nobody's link", 0, "198.51.100.2", {"smac": NOBODY}),
    ("its own link", 0, "198.51.100.2", {"smac": theirs}),
    ("a host, to everybody's link", 0, "198.51.100.2", {"dmac": EVERYBODY}),
    ("a host, to a group's link", 0, "198.51.100.2", {"dmac": GROUP}),
    ("a host, to another's link", 0, "198.51.100.2", {"dmac": OTHER}),
    ("a host, with a wrong checksum", 0, "198.51.100.2", {"bad": True}),
    ("an IPv6 host", 1, "2001:db8:1::1", {}),
    ("IPv6 loopback", 0, "::1", {}),
    ("IPv6 link-local", 0, "fe80::1", {}),
    ("a mapped address", 0, "::ffff:1.2.3.4", {}),
    ("a site-local address", 0, "fec0::1", {}),
]
wrong = 0
for i, (name, expected, src, how) in enumerate(probes):
    s.send(segment(src, "2001:db8:1::41" if ":" in src else BAIT, 3000 + i, 8080, 1, 0, 2, **how))
    got = answers(0.3, 3000 + i)
    print(name, len(got), "of", expected)
    wrong += len(got) != expected or any(f[:6] != ours or f[6:12] != theirs for f, *_ in got)
raise SystemExit(wrong)
EOP
cat >"$work/deaf.py" <<'EOP'
# A window of zero, and chunks of nothing for ever; then the bytes that were acknowledged.
from raw import *
import sys
ME, BAIT, PORT = "203.0.113.9", "198.51.100.68", 4000
s.send(segment(ME, BAIT, PORT, 25, 99, 0, 2, window=0))
_, seq, _, flags, _ = answers(0.5, PORT)[0]
say = lambda at, data: s.send(segment(ME, BAIT, PORT, 25, at, seq + 1, 0x18, data, window=0))
say(100, b"HELO x\r\n")
block, at, until = b"BDAT 0 LAST\r\n" * 110, 108, time.monotonic() + float(sys.argv[1])
windows = []
while time.monotonic() < until:
    for i in range(20):
        say(at + i * len(block), block)
    for _, _, ack, _, window in answers(0.02, PORT):
        at = max(at, ack)
        windows.append(window)
print(at - 100, "bytes were acknowledged; the last window is", windows[-1])
s.send(segment(ME, BAIT, PORT, 25, at, seq + 1, 4))
raise SystemExit(at - 100 > 60000 or windows[-1] != 0)
EOP
raw() {
    MAC=$mac PYTHONPATH=$work PYTHONDONTWRITEBYTECODE=1 from "$@"
}

# --- the wire ---

ip -n "$attacker" addr flush dev a0 # the kernel there resets nothing
start --address 198.51.100.64/28 --address 2001:db8:1::40/124
ok "only hosts are answered, and only on their own links" raw 60 python3 "$work/probes.py"
ok "it ends well" stop
ok "nothing was out of scope" equal "$(grep -c 'out of scope' "$work/log")" 0
rm -rf "$work/out" "$work/pcap"

ip -n "$attacker" addr add 198.51.100.1/24 dev a0
start --arp --address 198.51.100.64/28 --max-per-source 0
raw 60 python3 "$work/deaf.py" 12 >"$work/deaf" 2>&1 &
deaf=$!
sleep 1
ok "200 mails are delivered beside a peer that never reads" \
    from 60 smtp-source -s 10 -m 200 -l 3000 -f a@b.example -t r@x.example 198.51.100.71:25
heard_little() {
    wait "$deaf"
    local code=$?
    cat "$work/deaf"
    return "$code"
}
ok "of that peer little is taken, and its window is shut" heard_little
ok "it ends well" stop
all_mails() {
    cat "$work/log"
    equal "$(column recipients rcpt | sort | uniq -c | xargs)" "200 r@x.example" &&
        grep -q ' 0 LOST because the ring was full' "$work/log" &&
        grep -q 'segments refused: the peer does not read' "$work/log"
}
ok "all 200 are recorded, and nothing was lost" all_mails
whole() {
    equal "$(python3 -c '
import csv, sys
csv.field_size_limit(1 << 30)
print(sum(r["rcpt_count"] == "1" and r["complete"] == "1" for r in csv.DictReader(open(sys.argv[1]))))' \
        "$work/rows/emails.csv")" 200
}
ok "... and whole" whole
ok "the records are those of the saved packets, replayed" same_when_replayed
rm -rf "$work/out" "$work/pcap"

# --- the folder ---

user=nobody
bystander() { # one of root's, that nobody may not write to
    echo untouched >"$work/bystander"
    chmod 600 "$work/bystander"
}
folder() {
    rm -rf "$work/out" "$work/pcap"
    mkdir "$work/out" "$work/pcap"
    chown "$user" "$work/out" "$work/pcap"
    bystander
}
# refused_untouched PATTERN COMMAND...: it does not start, says why, and the bystander is as before
refused_untouched() {
    local pattern=$1 code=0
    shift
    ip netns exec "$honeypot" timeout 10 "$BUILD/potsherd" "$@" -i h0 -o "$work/out" \
        --save-pcap "$work/pcap" >"$work/log" 2>&1 || code=$?
    cat "$work/log"
    equal "$code" 1 && grep -q "$pattern" "$work/log" &&
        equal "$(cat "$work/bystander")" untouched &&
        equal "$(stat -c '%U %a' "$work/bystander")" "root 600"
}
answers=(answer --address 198.51.100.64/28)
for name in out/connections-20260101T000000Z.csv.part out/audit-20260101T000000Z.log.part pcap/answer-20260101T000000Z.pcap.part; do
    folder
    ln "$work/bystander" "$work/$name"
    ok "${name##*/}: a second name is refused" refused_untouched "${name##*/}: cannot finish" "${answers[@]}"
done
for jobs in 1 2; do
    for name in out/connections-20260101T000000Z.csv.part pcap/watch-20260101T000000Z.pcap.part; do
        folder
        ln "$work/bystander" "$work/$name"
        ok "watch, $jobs: ${name##*/}: a second name is refused" \
            refused_untouched "${name##*/}: cannot finish" watch --jobs $jobs
    done
done

for mask in 0 077; do
    folder
    (
        umask $mask
        start --address 198.51.100.64/28 --dry-run "$work/out/sent.pcap"
        kill -INT "$responder"
        wait "$responder"
    )
    ok "umask $mask: the file of --dry-run is for its owner and group" \
        equal "$(stat -c '%U %a' "$work/out/sent.pcap")" "$user 640"
done

# --- the disk ---

mkdir "$work/disk"
mount -t tmpfs -o size=2M,mode=755 tmpfs "$work/disk"
rm -rf "$work/out" "$work/pcap"
ip netns exec "$honeypot" "$BUILD/potsherd" answer -i h0 --arp -o "$work/disk/out" \
    --address 198.51.100.64/28 >"$work/log" 2>&1 &
responder=$!
for _ in $(seq 50); do
    grep -q 'answering on' "$work/log" && break
    sleep 0.1
done
ask() {
    from 10 curl -sS -m 8 -o /dev/null -x http://198.51.100.65:8080 http://x.example/
}
ok "it answers" ask
sleep 1.5
head -c 4M /dev/zero >"$work/disk/filler" 2>/dev/null
while printf x >>"$work/disk/out/filler"; do :; done 2>/dev/null
ok "... on a full disk" ask
for _ in $(seq 40); do ask; done
sleep 1.5
rm "$work/disk/filler" "$work/disk/out/filler"
ok "... and afterwards" ask
sleep 1.5
lines=$(cat "$work"/disk/out/audit-*.log* | wc -l)
ok "it ends, with code 1: lines are missing" ends INT 1
accounted() {
    cat "$work/log"
    local sent lost have said
    sent=$(awk '/frames sent$/ { print $1 }' "$work/log")
    lost=$(awk '/lines of the audit log that could not be written/ { print $1 }' "$work/log")
    have=$(cat "$work"/disk/out/audit-*.log | wc -l)
    echo "$sent sent, $have lines, $lost lost; $lines before the end"
    [ "$lost" -gt 0 ] && [ "$sent" = $((have + lost)) ] &&
        said=$(grep -c 'audit-.*\.log: cannot write: No space left' "$work/log") &&
        [ "$said" -ge 1 ] && [ "$said" -le 4 ] && # (the last page fills bit by bit)
        equal "$(grep -c "audit-.*\.log: writing goes on; [0-9]* lines were not written" "$work/log")" "$said" &&
        grep -q "audit-.*\.log: writing goes on; $lost lines were not written" "$work/log" &&
        grep -q '^  UNWRITTEN ' "$work/log" &&
        equal "$(grep -vcE '^[0-9TZ:.-]+ [0-9a-f.:]+ [0-9]+ [0-9a-f.:]+ [0-9]+ [a-zA-Z]+ [0-9]+$' <(cat "$work"/disk/out/audit-*.log))" 0
}
ok "every frame has its line, or is counted; the loss is told" accounted
done_testing
