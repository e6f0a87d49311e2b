#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is written is for its owner and group only, whatever the umask; no link that lies
# where a file is to be made is followed; and nothing of before is replaced unasked.
. "$(dirname "$0")/lib.sh"
good=$pcaps/socks5-smtp-domain.pcap

# All that lies under these folders and files has the modes of the documents.
modes_are_well() { # path...
    find "$@" -printf '%y %m %p\n' >modes
    [ -s modes ] && ! grep -vE '^(f 640|d 750) ' modes
}

# Everything that is written without a network, in the folder $1.
write_all() {
    "$potsherd" replay -q -o "$1/above/inline" "$good" &&
        "$potsherd" replay -q -o "$1/mbox" --payload mbox "$good" &&
        "$potsherd" report -o "$1/report.txt" "$1/mbox" &&
        "$potsherd" report --format json -o "$1/report.json" "$1/mbox" &&
        "$potsherd" report --format html -o "$1/report.html" "$1/mbox" &&
        "$potsherd" report --format csv -o "$1/tables/inside" "$1/mbox" &&
        "$potsherd" answer -q --self-test -o "$1/live" --save-pcap "$1/above/pcap" &&
        "$potsherd" answer -q --self-test -o "$1/packed" --payload mbox --compress zstd
}

for mask in 000 022 077; do
    mkdir -m 750 "umask$mask"
    (umask $mask && write_all "umask$mask") >out 2>err
    say $? "umask $mask: all commands write" err
    modes_are_well "umask$mask"
    say $? "umask $mask: files 0640, folders 0750" modes
    for name in above/inline/payloads.csv mbox/payloads.mbox report.html tables/inside/report-totals.csv \
        'live/emails-*.csv' 'above/pcap/*.pcap' 'packed/payloads-*.mbox' 'packed/emails-*.csv.zst'; do
        compgen -G "umask$mask/$name" >/dev/null || echo "$name is missing"
    done >missing
    [ ! -s missing ]
    say $? "umask $mask: what was looked at is there" missing
done

# --- an earlier run ---

mkdir before
printf 'From before\n\n' >before/payloads.mbox
run replay -q -o before --payload mbox "$good"
told 1 'before holds the records of an earlier run: .*--force' 'a payloads.mbox of before is kept'
[ "$(cat before/payloads.mbox)" = 'From before' ] && [ "$(ls before)" = payloads.mbox ]
say $? 'and nothing is made beside it'
run replay -q --force -o before --payload mbox "$good"
[ "$code" = 0 ] && head -n 1 before/payloads.mbox | grep -q '^From .*@potsherd'
say $? '--force replaces it' err

# --- links ---

echo victim >victim
unharmed() { # what
    [ "$(cat victim)" = victim ] && [ ! -e nowhere ]
    say $? "$1: what the link leads to is not touched"
}

for name in connections.csv connections.csv.part payloads.mbox; do
    for target in "$work/victim" "$work/nowhere"; do
        mkdir planted
        ln -s "$target" "planted/$name"
        run replay -q -o planted --payload mbox "$good"
        told 1 'planted holds the records of an earlier run' "replay: a link at $name"
        unharmed "replay: a link at $name"
        run replay -q --force -o planted --payload mbox "$good"
        [ "$code" = 0 ] && [ -f "planted/${name%.part}" ] && [ ! -L "planted/${name%.part}" ]
        say $? "replay --force: a file instead of the link at $name" err
        unharmed "replay --force: a link at $name"
        rm -r planted
    done
done

ln -s "$work/victim" report.part
ln -s "$work/nowhere" report
run report -o report before
[ "$code" = 0 ] && [ -f report ] && [ ! -L report ]
say $? 'report -o: a file instead of the link' err
unharmed 'report -o F, with links at F and F.part'
run report -o report before
[ "$code" = 0 ] && [ "$(printf '%s ' report*)" = 'report report.part ' ]
say $? 'report -o: again, and nothing is left beside it' err

# The name beside it that a report takes goes by its process, which here is known before.
# shellcheck disable=SC2016
for kind in -s ''; do
    code=0
    bash -c 'ln $1 "$2" "beside.$$.part"; shift 2; exec "$@"' - "$kind" "$work/victim" \
        "$potsherd" report -o beside before >out 2>err || code=$?
    [ "$code" = 0 ] && [ -f beside ] && [ "$(printf '%s ' beside*)" = 'beside ' ]
    say $? "report -o: a link${kind:+ (symbolic)} where it writes is removed" err
    unharmed "report -o: a link${kind:+ (symbolic)} where it writes"
done

run report -o /dev/null before
[ "$code" = 0 ] && [ -c /dev/null ]
say $? 'report -o: a device stays one' err

# What a killed run left is finished, but not through a link.
for kind in -s ''; do
    mkdir -p "left$kind"
    printf 'ts,uid\n1,2\ntorn' >torn
    ln $kind "$work/torn" "left$kind/emails-20241004T120000Z.csv.part"
    run answer -q --self-test -o "left$kind"
    told 1 'csv\.part: cannot finish what an earlier run left' "live: a link${kind:+ (symbolic)} instead of a .part"
    grep -q '^torn' torn
    say $? "live: a link${kind:+ (symbolic)} instead of a .part: not cut"
    rm -r "left$kind"
done
finish
