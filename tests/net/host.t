#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# On an address that the host has itself: the kernel is kept quiet, nothing stays
# behind, and the program has no privileges left.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl nft

ip -n "$honeypot" addr add 198.51.100.200/24 dev h0
printf 'From: a\r\n\r\nb\r\n' >"$work/mail"
mail() {
    from 20 curl -sS -m 10 -x socks5h://198.51.100.200:1080 smtp://mx.example:25 --mail-from a@b \
        --mail-rcpt c@d.example -T "$work/mail"
}
no_mail() {
    ! mail
}
table() {
    ip netns exec "$honeypot" nft list table inet potsherd
}
no_table() {
    ! table
}
says() {
    cat "$work/log"
    grep -q "$1" "$work/log"
}

start --address 198.51.100.200
ok "without --firewall, start-up says what the kernel does" says 'answer every SYN with a reset.*--firewall'
ok "... and so it does" no_mail
ok "the honeypot ends well" stop

start --address 198.51.100.200 --firewall
ok "with --firewall there is a table" table
ok "... and mail arrives" mail
powerless() {
    grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs)' "/proc/$responder/status"
    equal "$(awk '/^Cap(Inh|Prm|Eff|Bnd|Amb)/ { print $2 }' "/proc/$responder/status" | sort -u)" \
        0000000000000000 &&
        equal "$(awk '/^Uid/ { print $2, $3, $4, $5 }' "/proc/$responder/status")" \
            "$(id -u nobody) $(id -u nobody) $(id -u nobody) $(id -u nobody)" &&
        equal "$(awk '/^Groups/ { print NF }' "/proc/$responder/status")" 1 &&
        equal "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$responder/status")" 1
}
ok "it runs as nobody, without any capability" powerless
ok "the honeypot ends well" stop
ok "the table is gone" no_table

start --address 198.51.100.200 --firewall
crash() {
    kill -KILL "$responder"
    wait "$responder" 2>/dev/null
    sleep 0.5
    no_table
}
ok "after a crash the table is gone, too" crash
ip netns exec "$honeypot" nft add table inet potsherd
start --address 198.51.100.200 --firewall
ok "a table that was left behind is replaced" mail
ok "the honeypot ends well" stop
ok "the table is gone" no_table

refuses() {
    local code=0
    ip netns exec "$honeypot" timeout 10 "$BUILD/potsherd" answer -i h0 -o "$work/out" "$@" 2>&1 || code=$?
    echo "exit $code"
    [ "$code" = 1 ] || [ "$code" = 2 ]
}
ok "an unknown user ends it" refuses --address 198.51.100.200 --user nosuchuser
ok "root as user ends it" refuses --address 198.51.100.200 --user root
ok "no address: wrong usage" refuses
ok "a bad address is told" refuses --address 192.0.2.300
ok "an unknown interface is told" refuses -i nosuch0 --address 192.0.2.3
done_testing
