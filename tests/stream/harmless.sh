# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Whatever spoils a capture and takes no bytes away changes no request, no mail and
# no recipient: on made conversations (harmless-made.t), and on the captures of real
# programs (harmless-real.t). Who reads this has set `captures` to made or real. ASAN
# names a build of the program with sanitizers, which has to write the same bytes.
# shellcheck disable=SC2154 # captures
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What some operations change in a row besides the number of packets.
moved=ts,uid # the times and places of packets
addressed=$moved,src_ip,src_port,dst_ip,dst_port,service

plain() { # file: as a pcap file, which is what mangle reads
    case $1 in
    *.gz) gzip -dc "$1" ;;
    *.zst) zstd -dcq "$1" ;;
    *) editcap -F pcap "$1" - 2>/dev/null ;; # tcpdump as root without capabilities cannot write
    esac
}

made_captures() {
    make_capture "$@"
    replay made good.pcap
}
real_captures() {
    local name file
    mkdir real bad whole
    while read -r name file _; do
        [ "${name#\#}" != "$name" ] || plain "$pcaps/$file" >"real/$name.pcap"
    done <"$top/tests/golden/LIST"
    replay records real/*.pcap
    # What does not begin like anything is an error at the beginning of a connection
    # only, and without a handshake nobody knows that it is one.
    cp real/*.pcap whole/
    rm whole/{http-malformed,http-origin,other,socks5-malformed,nmap}.pcap
    replay whole_records whole/*.pcap
}

sanitized() { # name files... ; the last replay again
    local name=$1
    shift
    [ -n "${ASAN:-}" ] || return 0
    "$ASAN" replay --force -o asan "$@" >summary 2>why && diff -r got asan >>why
    say $? "$name, sanitized: the same bytes" why
}

real() { # captures, their records, columns that may change, options...
    local from=$1 records=$2 columns=$3 f
    shift 3
    [ "$captures" = real ] || return 0
    rm -f bad/*
    for f in "$from"/*.pcap; do
        "$tools/mangle" "$f" "bad/${f#*/}" "$@" >report || return 1
    done
    replay got bad/*.pcap
    # shellcheck disable=SC2086 # words of a list
    judged "real, $*" same "$records" got ${columns//,/ }
    sanitized "real, $*" bad/*.pcap
}

made() { # columns that may change, options...
    local columns=$1
    shift
    [ "$captures" = made ] || return 0
    spoil "$@"
    replay got bad.pcap
    # shellcheck disable=SC2086
    judged "made, $*" same made got ${columns//,/ }
    sanitized "made, $*" bad.pcap
}

harmless() { # columns that may change, options...
    made "$@"
    real real records "$@"
}

if [ "$captures" = made ]; then
    made_captures --conversations 300 --mails 2
else
    real_captures
fi

# Within STREAM_PATIENCE: a real capture of few packets has pauses of ten seconds.
for window in 2 5 10 20; do
    harmless $moved --reorder $window
done
for window in 100 500; do
    made $moved --reorder $window
done
harmless $moved --reorder 20 --keep-handshake
harmless $moved --duplicate 0.3
harmless $moved --duplicate 1
harmless $moved --overlap same
harmless $moved --overlap different
harmless $moved --cut 1
harmless $moved --cut 100
harmless $moved --join
harmless $moved --join --tso-zero
harmless $moved --wrap
harmless $moved --wrap --reorder 10 --duplicate 0.2 --cut 200
harmless $addressed --reuse
made $addressed --reuse-abrupt
for options in '' '--reorder 10'; do
    # shellcheck disable=SC2086
    made $moved --no-handshake $options
    # shellcheck disable=SC2086
    real whole whole_records $moved --no-handshake $options
done
harmless $moved --fragment 256
harmless $moved --fragment 8
harmless $moved --fragment 64 --reorder 20
harmless $moved --urgent 3
harmless $moved --bad-checksums
for encapsulation in '--vlan 5' '--qinq 5,6' '--mpls 16' --pppoe --gre --gre-options '--erspan 1' \
    '--erspan 2' '--erspan 3' '--vxlan 9' '--geneve 9' --ipip \
    '--vlan 5 --mpls 16 --vxlan 7 --ipip --qinq 1,2 --pppoe'; do
    # shellcheck disable=SC2086
    harmless '' $encapsulation
done
harmless $addressed --ipv6
harmless $addressed --ipv6 --6in4
harmless $addressed --ipv6 --fragment 256 --reorder 20
harmless $addressed --ipv6 --wrap --cut 300 --duplicate 0.2 --reorder 10 --qinq 5,6 --geneve 4
# Servers of made conversations answer what they have not acknowledged, so only a
# segment of the last mail may come last.
[ "$captures" = real ] || made_captures --conversations 300
for k in 16 17 18; do
    made $moved --last "$k" --honest-acks
done
finish
