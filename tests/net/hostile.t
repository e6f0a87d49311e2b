#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a stranger on the wire, and the user that the honeypot becomes, cannot do: make it
# send to others, keep it from its work, write where they may not, lose lines unseen.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs smtp-source curl python3
trap 'umount -l "$work/disk" 2>/dev/null; cleanup' EXIT

cp "$net/hostile_raw.py" "$work/raw.py"
cp "$net/hostile_probes.py" "$work/probes.py"
cp "$net/hostile_deaf.py" "$work/deaf.py"
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
    equal "$(python3 "$net/hostile_inline.py" \
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
