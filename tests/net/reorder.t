#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 2400 s
# A tenth of all packets is overtaken by others, each way; then a tenth is lost, too:
# every mail arrives, whole.
#
#   attacker               line                 honeypot
#   198.51.100.1   a0 ---- l0   badwire.py   l1 ---- h0
#
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
line=ps$$l
badwire=
needs curl ethtool smtp-source python3
trap '[ -z "$badwire" ] || kill -KILL "$badwire"; ip netns del "$line" 2>/dev/null; cleanup' EXIT

# The wire of lib.sh is cut, and the line put between.
ip netns add "$line"
ip -n "$attacker" link del a0
ip -n "$attacker" link add a0 type veth peer name l0 netns "$line"
ip -n "$honeypot" link add h0 type veth peer name l1 netns "$line"
ip -n "$attacker" addr add 198.51.100.1/24 dev a0
ip -n "$attacker" addr add 2001:db8:1::1/64 dev a0 nodad
ip netns exec "$honeypot" sysctl -qw net.ipv6.conf.h0.disable_ipv6=1
for end in "$attacker a0" "$honeypot h0" "$line l0" "$line l1"; do
    read -r namespace interface <<<"$end"
    # Checksums that nobody has reckoned yet, and segments of many, are for a kernel's
    # own wires only.
    ip netns exec "$namespace" ethtool -K "$interface" tx off tso off gso off gro off >/dev/null
    ip -n "$namespace" link set "$interface" up
done
ip netns exec "$line" sysctl -qw net.ipv6.conf.l0.disable_ipv6=1 net.ipv6.conf.l1.disable_ipv6=1
mac=$(ip netns exec "$honeypot" cat /sys/class/net/h0/address)

# begin_line HELD LOST: percent
begin_line() {
    ip netns exec "$line" python3 "$here/badwire.py" "$1" "$2" l0 l1 >"$work/line" &
    badwire=$!
    for _ in $(seq 50); do
        grep -q ready "$work/line" && break
        sleep 0.1
    done
}
end_line() {
    kill "$badwire"
    wait "$badwire"
    badwire=
    sed 's/^/# /' "$work/line"
}
# line_was whole|lossy: by its own counts, at least a fiftieth overtaken each way
line_was() {
    awk -v want="$1" '
        $1 == "there" || $1 == "back" {
            ways++
            n = $2 + $4
            bad += n < 500 || $5 < n / 50
            bad += want == "lossy" ? $4 < n / 20 : $4 > 0
        }
        END { exit ways != 2 || bad }' "$work/line" || { cat "$work/line"; return 1; }
}

head -c 200000 /dev/urandom | base64 | sed 's/$/\r/' >"$work/big"
big() {
    from 150 curl -sS "$@" --mail-from a@b.example --mail-rcpt c@d.example \
        --mail-rcpt e@d.example -T "$work/big"
}
sums() {
    equal "$(column emails sha256 | sort | uniq -c | sort -rn | head -n 1 | xargs)" \
        "4 $(sha256sum <"$work/big" | cut -d ' ' -f 1)"
}
# recipients_are MAILS: of smtp-source
recipients_are() {
    equal "$(column recipients rcpt | grep -c '@x.example$') $(column recipients rcpt | grep -xc 'c@d.example') $(
        column recipients rcpt | grep -xc 'e@d.example') $(column recipients rcpt | wc -l)" \
        "$((3 * $1)) 4 4 $((3 * $1 + 8))"
}

# deliver NAME HELD LOST SESSIONS MAILS
deliver() {
    local name=$1
    rm -rf "$work/out" "$work/pcap"
    begin_line "$2" "$3"
    start --arp --address 198.51.100.64/28 --address 2001:db8:1::40/124
    ok "$name: smtp-source, $4 sessions, $5 mails" \
        from 200 smtp-source -s "$4" -m "$5" -l 3000 -r 3 -f a@b.example -t r@x.example 198.51.100.71:25
    ok "$name: curl, 270 KB through SOCKS5" big -x socks5h://198.51.100.66:1080 smtp://mx.example:25
    ok "$name: curl, 270 KB through CONNECT" big -p -x http://198.51.100.66:8080 smtp://mx.example:25
    ok "$name: curl, 270 KB to the relay" big smtp://198.51.100.66:25
    ok "$name: curl, 270 KB over IPv6" big "smtp://[2001:db8:1::41]:25"
    ok "$name: the honeypot ends well" stop
    end_line
    ok "$name: every mail is there, and whole" complete $(($5 + 4))
    ok "$name: the big ones have their sha256" sums
    ok "$name: every recipient is there" recipients_are "$5"
    ok "$name: the records are those of the saved packets, replayed" same_when_replayed
}
deliver "reordered" 10 0 50 200
ok "the line did reorder both ways, and lost nothing" line_was whole
deliver "reordered and lossy" 10 10 50 100
ok "the line did reorder and lose both ways" line_was lossy
done_testing
