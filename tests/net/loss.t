#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
# A tenth of all packets is lost in each direction: every mail arrives, whole.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl nft smtp-source python3

start --arp --address 198.51.100.64/28
ok "the line is bad" ip netns exec "$attacker" nft -f - <<'EOR'
table inet bad_line {
    chain in {
        type filter hook input priority 0
        meta l4proto tcp numgen random mod 10 < 1 drop
    }
    chain out {
        type filter hook output priority 0
        meta l4proto tcp numgen random mod 10 < 1 drop
    }
}
EOR
head -c 200000 /dev/urandom | base64 | sed 's/$/\r/' >"$work/big"
big() {
    from 150 curl -sS -x "$1" smtp://mx.example:25 --mail-from a@b.example --mail-rcpt c@d.example -T "$work/big"
}
ok "smtp-source: 50 sessions, 100 mails" \
    from 200 smtp-source -s 50 -m 100 -l 3000 -r 3 -f a@b.example -t r@x.example 198.51.100.71:25
ok "curl: 270 KB through SOCKS5" big socks5h://198.51.100.66:1080
ok "curl: 270 KB through CONNECT" big http://198.51.100.66:8080
ok "the honeypot ends well" stop
ok "every mail is there, and whole" complete 102
sums() {
    equal "$(column emails sha256 | sort | uniq -c | sort -rn | head -n 1 | xargs)" \
        "2 $(sha256sum <"$work/big" | cut -d ' ' -f 1)"
}
ok "the big ones have their sha256" sums
recipients() {
    equal "$(column recipients rcpt | wc -l)" 302
}
ok "every recipient is there" recipients
ok "the records are those of the saved packets, replayed" same_when_replayed
done_testing
