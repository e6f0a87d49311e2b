#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A whole unused prefix: mail reaches addresses all over it, and no other.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl python3

ip -n "$attacker" route add 198.18.0.0/16 dev a0
ip -n "$attacker" -6 route add 2001:db8:2::/48 dev a0
watch_wire
start --arp --address 198.18.0.0/16 --address 2001:db8:2::/48

# The first, the last, and some that differ in every run.
python3 "$net/prefix_targets.py" >"$work/targets"
echo "# $(xargs <"$work/targets")"
mails=0
: >"$work/sent"
mail() {
    local target=$1
    mails=$((mails + 1))
    {
        printf 'Subject: no %d\r\n\r\n' "$mails"
        head -c 3000 /dev/urandom | base64 | sed 's/$/\r/'
    } >"$work/mail"
    echo "$target $(sha256sum <"$work/mail" | cut -d ' ' -f 1)" | tr -d '[]' >>"$work/sent"
    shift
    from 20 curl -sS "$@" --mail-from a@b.example --mail-rcpt "r$mails@x.example" -T "$work/mail"
}
while read -r target; do
    if [ $((mails % 2)) = 0 ]; then
        ok "mail to the relay at $target" mail "$target" "smtp://$target:25"
    else
        ok "mail through the proxy at $target" mail "$target" -p -x "http://$target:8080" smtp://mx.example:25
    fi
done <"$work/targets"
elsewhere() {
    ! from 5 curl -sS -m 3 -o /dev/null http://198.19.0.1:8080/
}
ip -n "$attacker" route add 198.19.0.0/16 dev a0
ok "the next prefix stays silent" elsewhere

ok "the honeypot ends well" stop
ok "every mail is there, and whole" complete "$mails"
all_at_their_addresses() {
    paste -d ' ' <(column emails dst_ip) <(column emails sha256) | sort >"$work/recorded"
    diff <(sort "$work/sent") "$work/recorded"
}
ok "every mail has its sha256 at the address it was sent to" all_at_their_addresses
all_recipients() {
    equal "$(column recipients rcpt | sort | xargs)" "$(seq -f 'r%g@x.example' "$mails" | sort | xargs)"
}
ok "every recipient is there" all_recipients
ok "the records are those of the saved packets, replayed" same_when_replayed
ok "the wire carries answers to the client, all audited, and nothing else" wire_is_audited
done_testing
