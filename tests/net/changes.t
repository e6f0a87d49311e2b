#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
# What changes under a listener: databases and rules that are replaced, an interface that is
# removed and made anew, and others that want to write where it writes. mmdblookup, the maker
# of the captures and the captures themselves tell what must be recorded.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs tcpreplay python3 mmdblookup
perl -MMaxMind::DB::Writer -e 1 2>/dev/null || skip_all "libmaxmind-db-writer-perl is not installed"
wire_for_watching

for n in 1 2 3 4 5 6 7 8; do # no connection comes twice
    "$BUILD/tools/mkpcap" --seed 5$n --conversations 60 --concurrent 20 --sources 40 --mix half --recipients 2 \
        --truth "$work/truth$n" "$work/made$n.pcap"
done
send() { # FILE... without .pcap
    local file
    for file; do
        from 60 tcpreplay -q -i a0 --pps 4000 "$work/$file.pcap" >/dev/null || return 1
    done
    sleep 1 # a block of the ring, and the pipe from job to writer
}
count_of() { # FILE...
    local file
    for file; do
        tcpdump -n -r "$work/$file.pcap" 2>/dev/null
    done | wc -l
}
says() { # PATTERN [TIMES]
    for _ in $(seq 50); do
        [ "$(grep -cE "$1" "$work/log")" -ge "${2:-1}" ] && return 0
        sleep 0.1
    done
    cat "$work/log"
    return 1
}
# The next SIGHUP is taken when all three lists have been read, or refused.
reload() {
    local before
    before=$(grep -cE 'read again|the previous .* stay' "$work/log")
    kill -HUP "$responder"
    says 'read again|the previous .* stay' $((before + 3))
    sleep 0.5 # the jobs say nothing of their own
}
end() {
    ends TERM 0 && join_segments
}
sum() { # COLUMN: over the rows of stats
    column stats "$1" | awk '{ n += $1 } END { print n + 0 }'
}
# received N: so many packets passed the kernel's filter, and none was lost
received() {
    equal "received $(sum received) captured $(sum captured) dropped $(sum dropped)" "received $1 captured $1 dropped 0"
}

# --- geolocation databases ---

# make_geo FOLDER CC ASN: all is in one of two countries, by the sixth bit of a /20
make_geo() {
    mkdir -p "$work/$1"
    {
        echo network,cc,asn,as_name
        for i in $(seq 0 255); do
            echo "198.18.0.$i/32,$2$([ $((i % 2)) = 0 ] && echo A || echo B),$(($3 + i % 3)),$1 net $((i % 3))"
        done
    } >"$work/$1.csv"
    tools/mkmmdb --type GeoLite2-Country "$work/$1.csv" "$work/$1/country.mmdb" &&
        tools/mkmmdb --type GeoLite2-ASN "$work/$1.csv" "$work/$1/asn.mmdb"
}
ok "databases are made" make_geo first X 64500
ok "... and others" make_geo second Y 65100
# What mmdblookup finds in them of all that ask, a line an address.
for folder in first second; do
    awk -F '\t' '$1 == "request" { print $2 }' "$work"/truth* | sort -u | while read -r ip; do
        for path in country:country/iso_code asn:autonomous_system_number asn:autonomous_system_organization; do
            # shellcheck disable=SC2046 # words
            mmdblookup --file "$work/$folder/${path%%:*}.mmdb" --ip "$ip" $(tr / ' ' <<<"${path#*:}") |
                sed -n 's/^ *"\{0,1\}\([^"<]*[^"< ]\)"\{0,1\} <.*>$/\1/p'
        done | paste -sd '\t' | sed "s/^/$ip\t/"
    done >"$work/places.$folder"
done
# places_are FOLDER N...: the rows of these captures have what mmdblookup finds there
places_are() {
    python3 "$net/places.py" "$work" "$@"
}
for jobs in 1 2; do
    rm -rf "$work/geo"
    cp -r "$work/first" "$work/geo"
    watch --geo "$work/geo" --jobs $jobs
    send made1
    cp -r "$work/second" "$work/geo.new"
    mv "$work"/geo.new/*.mmdb "$work/geo/" # in one step each, as geoipupdate does
    rm -r "$work/geo.new"
    send made2
    ok "geo, $jobs: SIGHUP" reload
    ok "geo, $jobs: ... reads both databases again" says 'geolocation databases read again: 2'
    send made3
    head -c 700 "$work/first/country.mmdb" >"$work/broken"
    mv "$work/broken" "$work/geo/country.mmdb"
    ok "geo, $jobs: SIGHUP with a broken one" reload
    ok "geo, $jobs: ... is refused by name" says 'geo/country.mmdb: is damaged.*the previous databases stay in use'
    send made4
    cp "$work/first/country.mmdb" "$work/first/asn.mmdb" "$work/geo"
    ok "geo, $jobs: SIGHUP with whole ones" reload
    ok "geo, $jobs: ... reads them" says 'geolocation databases read again: 2' 2
    send made5
    # into the very files that are in use, as cp and wget do it
    head -c 100 "$work/second/country.mmdb" >"$work/geo/country.mmdb"
    : >"$work/geo/asn.mmdb"
    send made6
    ok "geo, $jobs: SIGHUP with emptied ones" reload
    ok "geo, $jobs: ... is refused" says 'the previous databases stay in use' 2
    send made7
    cp "$work"/second/*.mmdb "$work/geo"
    ok "geo, $jobs: SIGHUP with whole ones written over these" reload
    send made8
    ok "geo, $jobs: it ends well" end
    ok "geo, $jobs: until the signal, the old databases" places_are first 1 2
    ok "geo, $jobs: then the new ones, also when one is broken" places_are second 3 4
    ok "geo, $jobs: then the first again, also when the files were written over" places_are first 5 6 7
    ok "geo, $jobs: and the new ones at last" places_are second 8
    ok "geo, $jobs: every mail is there" mails 1 2 3 4 5 6 7 8
done

# --- ports ---

# The same captures with other proxies' ports, and counts by port, of the bytes themselves.
python3 "$net/odd_ports.py" "$work"
without() { # PORT N: packets of the capture without that port
    read -r socks http <"$work/count$2"
    [ "$1" = 1080 ] && echo "$socks" || echo "$http"
}
targets_of() { # how many connections to this port
    column connections dst_port | grep -cx "$1"
}
for jobs in 1 2; do
    cp rules/ports.rules "$work/ports.rules"
    watch --rules "$work/ports.rules" --jobs $jobs
    send odd1 # without 12345
    echo '12345 socks odd one' >>"$work/ports.rules"
    ok "ports, $jobs: SIGHUP with a port more" reload
    send odd2 # all
    cp "$work/ports.rules" "$work/ports.good"
    sed -i 's/^8080 .*/8080/; /^12345/d' "$work/ports.rules"
    ok "ports, $jobs: SIGHUP with a line cut short" reload
    line=$(grep -n '^8080' "$work/ports.rules" | cut -d : -f 1)
    ok "ports, $jobs: ... is refused by file and line" \
        says "ports.rules: line $line: '' where http, socks or smtp was expected; the previous rules stay in use"
    send odd3 # all
    rm "$work/ports.rules"
    ok "ports, $jobs: SIGHUP without the file" reload
    ok "ports, $jobs: ... is refused, too" says 'ports.rules: cannot read the ports: No such file.*previous rules stay'
    send odd4 # all
    grep -v '^8080' "$work/ports.good" >"$work/ports.rules"
    ok "ports, $jobs: SIGHUP with a port less" reload
    send odd5 # without 8080
    grep -v '^12345' rules/ports.rules >"$work/ports.rules"
    ok "ports, $jobs: SIGHUP with the first ones" reload
    send odd6 # without 12345
    ok "ports, $jobs: it ends well" end
    ok "ports, $jobs: the kernel let the packets of the named ports pass, and no others" received \
        $(($(without 1080 1) + $(count_of odd2 odd3 odd4) + $(without 8080 5) + $(without 1080 6)))
    connections() {
        python3 "$net/named_ports.py" "$work"
    }
    ok "ports, $jobs: the connections are those of the named ports" connections
done

# --- others that want to write there ---
watch
refused() { # WHAT OPTION...
    local code=0 begun=$SECONDS
    ip netns exec "$honeypot" timeout 20 "$BUILD/potsherd" "$@" -o "$work/out" --save-pcap "$work/pcap" >"$work/refusal" 2>&1 || code=$?
    cat "$work/refusal"
    equal "$code" 1 && [ $((SECONDS - begun)) -le 10 ] &&
        grep -q "$work/out: another potsherd writes there .*; stop it, or choose another directory with -o DIR" "$work/refusal"
}
from 60 tcpreplay -q -i a0 --pps 200 "$work/made1.pcap" "$work/made2.pcap" >/dev/null &
sender=$!
sleep 0.5
ok "a second watch is refused" refused watch -i h0
ok "a second watch of two jobs is refused" refused watch -i h0 --jobs 2
ok "a second watch that compresses and removes is refused" refused watch -i h0 --compress zstd --max-disk 1
ok "answer is refused" refused answer -i h0 --arp --address 198.51.100.64/28
amid() {
    kill -0 "$sender" && kill -0 "$responder" && cat "$work/log"
}
ok "... all while the first one was at work" amid
wait "$sender"
sleep 1
ok "the first one ends well" end
ok "the first one has all packets" received "$(count_of made1 made2)"
ok "the first one has all mails" mails 1 2
only_its_own() {
    ls "$work/out" "$work/pcap"
    equal "$(find "$work/out" -mindepth 1 ! -name SHA256SUMS | sed 's/.*-\([0-9]*T[0-9]*Z\)\.csv$/\1/' | sort -u | wc -l)" 1 &&
        equal "$(find "$work/pcap" -mindepth 1 ! -name SHA256SUMS | wc -l)" 1 &&
        equal "$(tcpdump -n -r "$work"/pcap/watch-*Z.pcap 2>/dev/null | wc -l)" "$(count_of made1 made2)"
}
ok "nothing but the first one's files is there" only_its_own
free_again() {
    watch_on
    says 'listening on' && end
}
ok "when it has ended another one may write there" free_again

# --- the interface ---
python3 "$net/cut_out.py" "$work/made1.pcap" "$work"
remove() {
    ip -n "$honeypot" link del h0 # a0 goes with it
}
make_anew() {
    ip -n "$attacker" link add a0 type veth peer name h0 netns "$honeypot" &&
        wire_for_watching &&
        ip -n "$attacker" link set a0 up && ip -n "$honeypot" link set h0 up
}
# The rows of the packets that were there, by a replay of them; and some of them lack bytes.
rows_of() {
    kinds='connections requests emails recipients payloads' same_as_file "$1" &&
        [ "$(column connections missing_bytes | awk '{ n += $1 } END { print n + 0 }')" -gt 0 ]
}
cp rules/ports.rules "$work/ports.rules"
watch --rules "$work/ports.rules"
send before
remove
ok "removed: it says so" says 'h0: the interface was removed; waiting for it to come back'
sleep 1.5
ok "made anew: it is" make_anew
ok "made anew: it says that packets come again" says 'h0: packets come again'
send behind
ok "made anew: it ends well" end
ok "made anew: all packets that were sent are there" received "$(count_of before behind)"
ok "made anew: what was lost in between is told, and nothing else" rows_of "$work/lossy.pcap"
once() {
    grep h0 "$work/log"
    equal "$(grep -c 'interface was removed' "$work/log")" 1 && equal "$(grep -c 'packets come again' "$work/log")" 1
}
ok "made anew: each is said once" once

# So quickly that nobody has looked in between; twice; and with other rules meanwhile.
watch --rules "$work/ports.rules"
send odd1 # without 12345
remove
ok "again at once: it is made anew" make_anew
ok "again at once: it says so" says 'h0: packets come again'
send odd2 # without 12345
remove
ok "removed again: it says so" says 'h0: the interface was removed' 2
echo '12345 socks odd one' >>"$work/ports.rules"
ok "removed again: SIGHUP with a port more" reload
ok "made anew again: it is" make_anew
ok "made anew again: it says so" says 'h0: packets come again' 2
send odd3 # all
ok "made anew again: it ends well" end
ok "made anew again: the packets of the named ports are there" received \
    $(($(without 1080 1) + $(without 1080 2) + $(count_of odd3)))

# Removed for good, and told to end.
watch
send made1
remove
says 'h0: the interface was removed' >/dev/null
ok "removed and ended: it ends well" end
ok "removed and ended: all is there" mails 1
ok "removed and ended: the wire is there again" make_anew

# One of two.
second_wire
watch -i h1
send made1
remove
ok "one of two: it says which" says 'h0: the interface was removed; waiting for it to come back'
other() {
    from 60 tcpreplay -q -i a1 --pps 4000 "$work/made2.pcap" >/dev/null
    sleep 1
}
ok "one of two: the other goes on" other
make_anew
ok "one of two: it comes again" says 'h0: packets come again'
send made3
ok "one of two: it ends well" end
ok "one of two: all packets are there" received "$(count_of made1 made2 made3)"
ok "one of two: all mails are there" mails 1 2 3

# With several jobs it ends, and whoever starts it again goes on in the same folder.
watch --jobs 2
send made1
remove
ok "two jobs: it is made anew at once" make_anew
gone() {
    has_ended 1 10 && join_segments && says 'h0: the interface was removed; with several jobs start again' &&
        ! grep 'waiting for it to come back' "$work/log" | grep 'start again'
}
ok "two jobs: it ends with code 1 and says what to do" gone
ok "two jobs: all packets until then are there" received "$(count_of made1)"
ok "two jobs: all mails until then are there" mails 1
sleep 1
watch_on --jobs 2
send made2
ok "two jobs, started again: it ends well" end
ok "two jobs, started again: all packets are there" received "$(count_of made1 made2)"
ok "two jobs, started again: all mails are there" mails 1 2
done_testing
