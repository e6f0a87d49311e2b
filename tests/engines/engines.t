#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
# The records of a made campaign in SQLite, PostgreSQL, DuckDB, ClickHouse, pandas and R, loaded by
# what `potsherd schema` prints: all of them answer the same questions with the same bytes, which
# are those of python's csv module. Plain records, and records of which some are compressed.
# NODE_PATH has the npm package @duckdb/node-api. An engine that is not there is skipped.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/engines
as_user=() postgres=()
if [ "$(id -u)" = 0 ]; then # neither server runs as root
    as_user=(setpriv --reuid nobody --regid nogroup --clear-groups)
    postgres=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
chmod 755 .
# shellcheck disable=SC2317 # the trap calls it
stop_all() {
    [ -z "${house:-}" ] || kill "$house" 2>/dev/null
    [ ! -e pg/data/postmaster.pid ] || "${postgres[@]}" "$bin/pg_ctl" -D pg/data -m immediate -w stop >/dev/null 2>&1
    wait 2>/dev/null
    rm -rf "$work"
}
trap stop_all EXIT

# A country whose code is NA, which some take for "not available"; a name that needs quotes.
plain="it's a \"case\""
"$tools/mkpcap" --spampots 10000 --networks networks.csv --sensor-n 1 campaign.pcap >/dev/null
sed -i '0,/,TW,/s//,NA,/' networks.csv
"$top/tools/mkmmdb" --type ipinfo_country_asn networks.csv networks.mmdb >why 2>&1
run replay -q --geo networks.mmdb -o "$plain" campaign.pcap "$pcaps/smtp-bdat.pcap" "$pcaps/http-get.pcap" "$pcaps/socks5-auth.pcap"
[ "$code" = 0 ] && [ "$(rows "$plain/emails.csv")" -gt 5000 ]
say $? 'records are made' err
cp -r "$plain" packed
zstd -q --rm packed/emails.csv
gzip packed/requests.csv
chmod -R a+rX "$plain" packed
python3 "$here/answers.py" "$plain" >want 2>why
say $? 'and the questions answered by the csv module' why
grep -q '^NA|' want && grep -qF 'und \xfc' want
say $? '... NA and texts with escapes among them' want

answers() { # name, file with the answers
    diff want "$2" >why 2>&1 && [ ! -s errors ]
    say $? "$1" <(cat why errors)
}
each() { # engine, command...: the questions, one by one
    local line
    python3 "$here/questions.py" "$1" | while IFS= read -r line; do
        case $line in
        --*) printf '%s\n' "$line" ;;
        *) "${@:2}" "$line" ;;
        esac
    done
}

for dir in "$plain" packed; do
    # --- SQLite ---
    rm -f records.db
    "$potsherd" schema --as sqlite "$dir" 2>errors | sqlite3 records.db >have 2>>errors
    each sqlite sqlite3 -batch records.db >have 2>>errors
    answers "SQLite: $dir" have

    # --- DuckDB ---
    if node -e 'require("@duckdb/node-api")' 2>/dev/null; then
        python3 "$here/questions.py" duckdb >questions
        "$potsherd" schema --as duckdb "$dir" 2>errors | node "$here/duckdb.cjs" questions >have 2>>errors
        answers "DuckDB: $dir" have
    else
        skip "DuckDB: $dir" 'no npm package @duckdb/node-api in NODE_PATH'
    fi

    # --- PostgreSQL ---
    bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort | tail -n 1)
    if [ -n "$bin" ] && [ -x "$bin/initdb" ]; then
        if [ ! -e pg ]; then
            mkdir pg
            [ "$(id -u)" != 0 ] || chown postgres pg
            "${postgres[@]}" "$bin/initdb" -D pg/data -A trust -U tester -E UTF8 --locale=C.UTF-8 >why 2>&1 &&
                "${postgres[@]}" "$bin/pg_ctl" -w -D pg/data -l pg/log -o "-c listen_addresses= -c unix_socket_directories=$work/pg -c fsync=off" start >>why 2>&1
            say $? 'PostgreSQL starts, on a socket' why
        fi
        ask=("$bin/psql" -U tester -h "$work/pg" -qXAt -v ON_ERROR_STOP=1)
        name=records$((++databases))
        "${ask[@]}" -d postgres -c "CREATE DATABASE $name" 2>errors
        "$potsherd" schema --as postgresql "$dir" 2>>errors | "${ask[@]}" -d "$name" >have 2>>errors
        each postgresql "${ask[@]}" -d "$name" -c >have 2>>errors
        answers "PostgreSQL: $dir" have
    else
        skip "PostgreSQL: $dir" 'not installed'
    fi

    # --- ClickHouse ---
    if command -v clickhouse-server >/dev/null && command -v clickhouse-client >/dev/null; then
        if [ -z "${house:-}" ]; then
            mkdir house
            [ "$(id -u)" != 0 ] || chown nobody house
            port=$(python3 "$here/free_port.py")
            sed "s|@DIR@|$work/house|g; s|@PORT@|$port|g" "$here/clickhouse.xml" >clickhouse.xml
            "${as_user[@]}" clickhouse-server --config-file="$work/clickhouse.xml" >house.log 2>&1 &
            house=$!
        fi
        mkdir -p bin
        # shellcheck disable=SC2016 # they are the script's
        printf '#!/bin/sh\nexec %s --host 127.0.0.1 --port %s --database "${DATABASE:-default}" "$@"\n' "$(command -v clickhouse-client)" "$port" >bin/clickhouse-client
        chmod +x bin/clickhouse-client
        for _ in $(seq 100); do
            bin/clickhouse-client --query='SELECT 1' >why 2>&1 && break
            sleep 0.2
        done
        bin/clickhouse-client --query="CREATE DATABASE in_$((++houses))" 2>errors
        # shellcheck disable=SC2129 # each has its own input and output
        "$potsherd" schema --as clickhouse "$dir" 2>>errors >house.sql
        DATABASE=in_$houses bin/clickhouse-client --multiquery <house.sql 2>>errors
        # as the head of house.sql says
        sed -n 's/^-- \$ //p' house.sql | DATABASE=in_$houses PATH=$work/bin:$PATH sh 2>>errors
        DATABASE=in_$houses each clickhouse bin/clickhouse-client --format=TSVRaw --query 2>>errors | tr '\t' '|' >have
        answers "ClickHouse: $dir" have
    else
        skip "ClickHouse: $dir" 'not installed'
    fi
done

# --- pandas, R: plain files ---
: >errors
for python in python3 /usr/bin/python3 none; do
    "$python" -c 'import pandas' 2>/dev/null && break
done
if [ "$python" != none ]; then
    "$python" "$here/pandas_answers.py" "$potsherd" "$plain" >have 2>errors
    answers pandas have
else
    skip pandas 'not installed'
fi
if command -v Rscript >/dev/null; then
    LC_ALL=C.UTF-8 Rscript "$here/answers.R" "$plain" >have 2>errors
    answers R have
else
    skip R 'not installed'
fi
finish
