#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who knocks and goes away is in scans.csv: every SYN that was on the wire and led to
# no connection, answered or not, is counted there.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs nmap curl python3

cat >"$work/syns.py" <<'EOP'
# SYNs that nobody will go on with: from hosts that are not there.
import socket, struct, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("a0", 0))
mac = bytes.fromhex(sys.argv[1].replace(":", "")) + s.getsockname()[4]

def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)

def syn(source, port, to, dport, isn):
    pair = socket.inet_aton(source) + socket.inet_aton(to)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 44, 0, 0, 64, 6, 0) + pair
    tcp = struct.pack("!HHIIBBHHHI", port, dport, isn, 0, 0x60, 2, 1024, 0, 0, 0x020405b4)
    ip = ip[:10] + checksum(ip) + ip[12:]
    tcp = tcp[:16] + checksum(pair + struct.pack("!HH", 6, len(tcp)) + tcp) + tcp[18:]
    s.send(mac + b"\x08\0" + ip + tcp)

for _ in range(3):  # one client, three times, as clients do
    syn("203.0.113.1", 4000, "198.51.100.70", 25, 77)
    time.sleep(0.1)
for _ in range(20):  # more often than any client
    syn("203.0.113.2", 4000, "198.51.100.70", 8080, 78)
for i in range(5):  # the same port with another number
    syn("203.0.113.3", 4000, "198.51.100.70", 1080, 1000 * i)
for i in range(300):  # over its rate: not answered
    syn("203.0.113.4", 1025 + i, "198.51.100.70", 25, i)
for i in range(1, 200):
    syn("192.0.2.%d" % i, 5000, "198.51.100.%d" % (64 + i % 16), (25, 80, 1080, 3128)[i % 4], i)
EOP
record "$attacker" a0 "$(ip netns exec "$attacker" cat /sys/class/net/a0/address)" "$work/sent.pcap"
start --arp --address 198.51.100.64/28 --syn-rate 20
printf 'Subject: x\r\n\r\nx\r\n' >"$work/mail"
mail() {
    from 20 curl -sS -m 10 smtp://198.51.100.67:25 --mail-from a@b --mail-rcpt c@d.example -T "$work/mail"
}
ok "a mail before" mail
ok "a half-open scan" from 60 nmap -n -Pn -sS -p 25,80,81,1080,3128,8080 198.51.100.66
ok "SYNs from elsewhere" from 30 python3 "$work/syns.py" "$mac"
ok "a mail afterwards" mail
ok "the honeypot ends well" stop
ok "every mail is there, and whole" complete 2

# The wire's own count, by source, address and port; without the connections' SYNs.
scans_are_the_syns() {
    python3 - "$work/sent.pcap" "$work/rows" <<'PYTHON'
import collections, csv, ipaddress, struct, sys
data, at, sent = open(sys.argv[1], "rb").read(), 24, collections.Counter()
connections = {(r["src_ip"], r["src_port"], r["dst_ip"], r["dst_port"])
               for r in csv.DictReader(open(sys.argv[2] + "/connections.csv"))}
while at < len(data):
    have, = struct.unpack_from("<8xI", data, at)
    f = data[at + 16:at + 16 + have]
    at += 16 + have
    if f[12:14] != b"\x08\0" or f[23] != 6 or f[47] & 0x17 != 2:
        continue
    src, dst = (str(ipaddress.ip_address(a)) for a in (f[26:30], f[30:34]))
    sport, dport = struct.unpack_from("!HH", f, 34)
    if (src, str(sport), dst, str(dport)) not in connections:
        sent[src, dst, str(dport)] += 1
told = collections.Counter()
for r in csv.DictReader(open(sys.argv[2] + "/scans.csv")):
    told[r["src_ip"], r["dst_ip"], r["dst_port"]] += int(r["syns"])
for what, n in (("not told", sent - told), ("not sent", told - sent)):
    for key in n:
        print(what, n[key], *key)
print(len(connections), "connections,", sum(sent.values()), "other SYNs")
sys.exit(sent != told or len(connections) != 2 or sum(sent.values()) < 533)
PYTHON
}
ok "scans.csv counts every SYN that led to no connection, and no other" scans_are_the_syns
ok "the records are those of the saved packets, replayed" same_when_replayed
over_rate() {
    cat "$work/log"
    [ "$(awk '/SYNs not answered/ { print $1 }' "$work/log")" -gt 200 ]
}
ok "most of a hasty source's SYNs were not answered" over_rate
done_testing
