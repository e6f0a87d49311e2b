#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# On an address that the host has itself: the kernel is kept quiet, nothing stays
# behind, and the program has no privileges left.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl nft python3

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

# As its unit starts it: never root, with two capabilities, none to be gained.
unprivileged() {
    rm -rf "$work/out" "$work/pcap"
    install -d -o nobody -m 755 "$work/user"
    rm -f "$work/log"
    ip netns exec "$honeypot" setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs \
        --inh-caps=-all,+net_raw,+net_admin --ambient-caps=-all,+net_raw,+net_admin \
        --bounding-set=-all,+net_raw,+net_admin \
        "$BUILD/potsherd" answer -i h0 -o "$work/user/out" --address 198.51.100.200 --firewall \
        >"$work/log" 2>&1 &
    responder=$!
    eventually 20 grep -q 'answering on' "$work/log" || { cat "$work/log"; return 1; }
    table && mail && stop && no_table
}
if command -v setpriv >/dev/null; then
    ok "an ordinary user with two capabilities has its table, too" unprivileged
else
    ok "an ordinary user # SKIP setpriv is not installed" true
fi

without_nft() { # in a mount namespace of its own
    local code=0
    # shellcheck disable=SC2016 # the other shell's words
    ip netns exec "$honeypot" unshare --mount sh -c '
        for nft in /usr/sbin/nft /sbin/nft /usr/bin/nft; do
            [ ! -e "$nft" ] || [ ! -x "$nft" ] || mount --bind /dev/null "$nft" || exit 9
        done
        exec timeout 10 "$@"' sh "$BUILD/potsherd" answer -i h0 -o "$work/out" --address 198.51.100.200 \
        --firewall >"$work/log" 2>&1 || code=$?
    cat "$work/log"
    [ "$code" = 1 ] && grep -q -- '--firewall: nft is not in .*install the package nftables' "$work/log"
}
ok "without nft, --firewall says what is missing" without_nft
ok "... and there is no table" no_table
no_power() {
    local code=0
    ip netns exec "$honeypot" setpriv --bounding-set=-net_admin timeout 10 "$BUILD/potsherd" answer -i h0 \
        -o "$work/out" --address 198.51.100.200 --firewall >"$work/log" 2>&1 || code=$?
    cat "$work/log"
    [ "$code" = 1 ] && grep -q -- '--firewall: nftables: .*[Nn]ot permitted' "$work/log"
}
if command -v setpriv >/dev/null; then
    ok "what nft says is shown" no_power
fi

# --- SIGHUP ---

mkmmdb=$(dirname "$0")/../../tools/mkmmdb
mkdir "$work/geo" "$work/personas"
cp "$(dirname "$0")"/../../rules/personas/*.persona "$work/personas"
chmod 644 "$work/personas"/*
# country CC: the attacker's, in a file that takes the old one's place
country() {
    printf 'network,cc,asn,as_name\n198.51.100.0/24,%s,,\n' "$1" >"$work/networks.csv"
    "$mkmmdb" "$work/networks.csv" "$work/new.mmdb" && chmod 644 "$work/new.mmdb" &&
        mv "$work/new.mmdb" "$work/geo/c.mmdb"
}
# reload N PATTERN...: after the signal, it has said these in the N lines that are new
reload() {
    local lines=$1 before
    shift
    before=$(wc -l <"$work/log")
    kill -HUP "$responder"
    for _ in $(seq 50); do
        [ "$(wc -l <"$work/log")" -ge $((before + lines)) ] && break
        sleep 0.1
    done
    tail -n +$((before + 1)) "$work/log" >"$work/said"
    cat "$work/said"
    [ "$(wc -l <"$work/said")" = "$lines" ] || return 1
    for pattern in "$@"; do
        grep -qE -- "$pattern" "$work/said" || return 1
    done
}
talk() {
    from 20 python3 "$net/smtp_talk.py"
}
words() {
    cat "$1"
    equal "$(sed -E 's/queued as .*/queued as N/; s/^220 .* ESMTP/220 N ESMTP/' "$1" | xargs -d '\n')" "$2"
}
if perl -MMaxMind::DB::Writer -e 1 2>/dev/null && country AT; then
    rm -rf "$work/out"
    start --address 198.51.100.200 --firewall --geo "$work/geo" --personas "$work/personas"
    mkfifo "$work/go"
    talk <"$work/go" >"$work/under_way" &
    talk=$!
    exec 3>"$work/go"
    for _ in $(seq 50); do
        [ -s "$work/under_way" ] && break
        sleep 0.1
    done
    country CH
    sed -i 's/^banner=.*/banner=220 {name} ESMTP Other/; s/^text=.*/text=250 Other/' "$work/personas/relay.persona"
    ok "SIGHUP reads databases and personas again" reload 3 'tag rules read again: [0-9]+' 'databases read again: 1' 'personas read again'
    talk </dev/null >"$work/new"
    ok "... new conversations have them" words "$work/new" "220 N ESMTP Other 250 Other"
    echo >&3
    ok "... who was there ends well" wait $talk
    ok "... and keeps the old words" words "$work/under_way" "220 N ESMTP Postfix 250 2.0.0 Ok: queued as N"
    head -c 2000 /dev/urandom >"$work/new.mmdb"
    chmod 644 "$work/new.mmdb"
    mv "$work/new.mmdb" "$work/geo/c.mmdb"
    sed -i 's/^banner=.*/banner=220 {nobody} ESMTP Third/' "$work/personas/relay.persona"
    ok "of damaged files it says which, and where, and keeps the old" reload 3 \
        "$work/geo.*the previous databases stay in use" \
        "$work/personas/relay.persona: \[say\] banner.*the previous personas stay in use"
    talk </dev/null >"$work/new"
    ok "... the words" words "$work/new" "220 N ESMTP Other 250 Other"
    ok "the honeypot ends well" stop
    countries() {
        column connections src_cc
        equal "$(column connections src_cc | sort | xargs)" "AT CH CH"
    }
    ok "... and the countries" countries
else
    ok "SIGHUP # SKIP libmaxmind-db-writer-perl is not installed" true
fi

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
