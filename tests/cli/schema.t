#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The schema is what the files hold: SQL that SQLite takes, with the CSV in it;
# JSON that parses; a header line in each file that names the same columns.
. "$(dirname "$0")/lib.sh"
run replay -q -o o "$pcaps/connect-in-socks5.pcap" "$pcaps/smtp-rcpt-refused.pcap"
run schema --as sql
sqlite3 db.sqlite <out >why 2>&1
say $? 'the SQL makes its tables' why
for table in connections requests emails recipients payloads; do
    sqlite3 db.sqlite ".import --csv --skip 1 o/$table.csv $table" >why 2>&1
    [ ! -s why ] && [ "$(sqlite3 db.sqlite "select count(*) from $table")" = "$(rows o/$table.csv)" ]
    say $? "$table.csv goes into its table" why
    [ "$(head -n 1 o/$table.csv)" = "$(sqlite3 db.sqlite "select group_concat(name) from pragma_table_info('$table')")" ]
    say $? "$table.csv has the columns of the schema, in order"
done
[ "$(sqlite3 db.sqlite "select count(*) from emails join recipients using (uid, email_n) where complete = 1")" -gt 0 ]
say $? 'rows join by uid'
run schema --as json
python3 "$top/tests/cli/schema_json.py" out >why 2>&1
say $? 'the JSON parses and says all of each column' why
run schema
[ "$code" = 0 ] && grep -q '^## emails.csv' out
say $? 'Markdown by default' out
# A row's uid can be computed from the row.
sqlite3 -separator ' ' db.sqlite 'select src_ip, src_port, dst_ip, dst_port, ts from connections order by uid' |
    while read -r line; do printf %s "$line" | sha256sum | cut -c1-16; done >computed
sqlite3 db.sqlite 'select uid from connections order by uid' | cmp -s - computed
say $? 'uid is what the schema says it is' computed
finish
