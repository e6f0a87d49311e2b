#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# replay --geo: the databases of each vendor give the same cells, which are those
# that mmdblookup gives; no database; and files that are none.
. "$(dirname "$0")/../cli/lib.sh"
mkmmdb=$top/tools/mkmmdb
networks=$pcaps/geo/networks.csv
captures=("$pcaps"/{connect-in-socks5,connect-smtp,socks5-smtp-ip,connect-ipv6,http-get}.pcap)
if ! perl -MMaxMind::DB::Writer -e 1 2>/dev/null; then
    echo '1..0 # SKIP libmaxmind-db-writer-perl is not installed'
    exit 0
fi

make_database() { # file type [options]
    "$mkmmdb" --type "$2" "${@:3}" "$networks" "$1" 2>err
}

# One column each, as records.awk of the report does it, would hide a shifted cell:
# read the rows as CSV, and undo what potsherd escapes.
cells() { # file columns
    python3 "$top/tests/enrich/cells.py" "$@"
}

# What mmdblookup says: country, number and name of an address.
lookup() { # file path...
    mmdblookup --file "$1" --ip "$ip" "${@:2}" 2>/dev/null | sed -n 's/^ *"\{0,1\}\(.*[^"]\)"\{0,1\} <.*>$/\1/p'
}

make_database country.mmdb GeoLite2-Country && make_database asn.mmdb GeoLite2-ASN
say $? 'mkmmdb makes the databases' err
run replay -q -o good --geo country.mmdb --geo asn.mmdb "${captures[@]}"
[ "$code" = 0 ] && [ ! -s err ]
say $? 'replay with two databases' err

for what in connections:src requests:src requests:target emails:src; do
    file=good/${what%:*}.csv
    side=${what#*:}
    cells "$file" "${side}_ip,${side}_cc,${side}_asn,${side}_as_name" | sort -u >got
    cut -f 1 got | while read -r ip; do
        if [ -z "$ip" ]; then
            printf '\t\t\t\n'
        else
            printf '%s\t%s\t%s\t%s\n' "$ip" "$(lookup country.mmdb country iso_code)" \
                "$(lookup asn.mmdb autonomous_system_number)" \
                "$(lookup asn.mmdb autonomous_system_organization)"
        fi
    done >expected
    [ -s got ] && grep -qP '\t[A-Z]{2}\t\d+\t.' got && diff expected got >why
    say $? "$file: cells of $side are those of mmdblookup" why
done
cells good/emails.csv target_ip,target_cc,target_asn | sort -u >got
cells good/requests.csv target_ip,target_cc,target_asn | sort -u >in_requests
[ -s got ] && [ -z "$(comm -23 got in_requests)" ]
say $? 'emails.csv: the target has the cells of its request' got
grep -q '"Rede de Teste, São Paulo"' good/connections.csv && grep -qF '"""Quoted"" \\ Networks"' good/requests.csv
say $? 'names are quoted and escaped as CSV wants it' good/requests.csv

same() { # directory name
    diff -r good "$1" >why 2>&1
    say $? "$2" why
}

make_database city.mmdb GeoLite2-City
make_database dbip-country.mmdb dbip-country-lite
make_database dbip-asn.mmdb dbip-asn-lite
make_database lite.mmdb ipinfo_lite
make_database country_asn.mmdb ipinfo_country_asn
make_database ipinfo-asn.mmdb ipinfo_asn
make_database registered.mmdb GeoLite2-Country --registered
for databases in city.mmdb,asn.mmdb dbip-country.mmdb:dbip-asn.mmdb lite.mmdb country_asn.mmdb \
    country.mmdb,ipinfo-asn.mmdb registered.mmdb,asn.mmdb; do
    run replay -q --force -o other --geo "$databases" "${captures[@]}"
    same other "the same cells from $databases"
done
mkdir folder
cp country.mmdb asn.mmdb folder
make_database folder/domain.mmdb GeoIP2-Domain
echo 'no database' >folder/README
run replay --force -o other --geo folder "${captures[@]}"
same other 'the same cells from a folder, which may hold other things too'
grep -qE '^  geolocation +GeoLite2-ASN of 2007-09-18 \(folder/asn.mmdb\), GeoLite2-Country of 2007-09-18 \(folder/country.mmdb\)$' out
say $? 'the summary names type, build date and file' out
make_database v4.mmdb GeoLite2-Country --ipv4 --built 2026-11-20
run replay --force -o other --geo v4.mmdb "${captures[@]}"
[ "$code" = 0 ] && cells other/requests.csv target_ip,target_cc | sort -u >got &&
    grep -qP '^203.0.113.25\tUS' got && grep -qP '^2001:db8:.*\t$' got &&
    cells good/requests.csv target_ip,target_cc | grep -qP '^2001:db8:.*\tJP$'
say $? 'IPv6 addresses are not in a database of IPv4, which is no damage' got
grep -q 'of 2026-11-20' out
say $? 'another build date' out

# None
run replay --force -o other --geo none "${captures[@]}"
[ "$code" = 0 ] && [ "$(grep -c 'geoipupdate' out)" = 1 ] && [ ! -s err ] && [ "$(cells other/requests.csv src_cc,src_asn,src_as_name,target_cc,target_asn,target_as_name | sort -u)" = "$(printf '\t\t\t\t\t')" ]
say $? 'no database: empty cells, and one line says how to get one' out

# Where geoipupdate puts them: in a file system of our own, as an ordinary user.
if unshare -rm true 2>/dev/null; then
    # shellcheck disable=SC2016 # for the inner shell
    unshare -rm sh -c 'mount -t tmpfs none /usr/local/share && mkdir /usr/local/share/GeoIP &&
        cp folder/* /usr/local/share/GeoIP && shift && "$@"' - - "$potsherd" replay --force -o other \
        "${captures[@]}" >out 2>err
    if [ -e /var/lib/GeoIP ] || [ -e /usr/share/GeoIP ]; then
        skip 'databases in a default place' 'this machine has some in another'
    else
        same other 'databases in a default place are found'
        grep -q '(/usr/local/share/GeoIP/asn.mmdb)' out
        say $? 'and named' <(cat out err)
    fi
else
    skip 'databases in a default place' 'no namespaces for this user'
fi

# Files that cannot be used: nothing is written, and one line names the file.
refused() { # name path pattern
    run replay -q -o refused --geo "$2" "${captures[@]}"
    told 1 "$2.*$3" "$1"
    [ ! -e refused ]
    say $? "$1: nothing is written"
}

head -c 1000 country.mmdb >truncated.mmdb
tail -c +301 country.mmdb >beheaded.mmdb
: >zero.mmdb
cp "$networks" text.mmdb
mkdir damaged empty
cp country.mmdb damaged
cp text.mmdb damaged/z.mmdb
mkfifo pipe.mmdb
refused 'a truncated file' truncated.mmdb 'damaged or not a MaxMind DB'
refused 'a file without its head' beheaded.mmdb 'damaged'
refused 'an empty file' zero.mmdb 'is empty'
refused 'a text' text.mmdb 'damaged or not a MaxMind DB'
refused 'a missing file' missing.mmdb 'No such file'
refused 'a pipe' pipe.mmdb 'not a database file'
refused 'a database of something else' folder/domain.mmdb 'is a GeoIP2-Domain database'
refused 'an empty folder' empty 'holds no country, city or ASN database'
refused 'a folder with a damaged file' damaged 'z.mmdb: is damaged or no'
run replay -q -o refused --geo country.mmdb,missing.mmdb "${captures[@]}"
told 1 '^potsherd: missing.mmdb: ' 'one of two is missing: that one is named'

# Damage that only a lookup finds: the rows are kept, and the run says so.
python3 "$top/tests/enrich/damage.py"
run replay -q --force -o other --geo inside.mmdb "${captures[@]}"
told 1 'inside.mmdb: is damaged: [0-9]+ lookups failed' 'damage within: told with the file'
[ "$(rows other/emails.csv)" = "$(rows good/emails.csv)" ]
say $? 'damage within: all rows are there'
finish
