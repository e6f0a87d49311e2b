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
# What --as sqlite prints for folders loads them: empty cells are NULL, compressed and older files
# come too, and nothing is loaded twice.
mkdir "it's \"more\""
cp o/*.csv "it's \"more\""
zstd -q --rm "it's \"more\"/emails.csv"
cut -d, -f1-22 o/connections.csv >"it's \"more\"/connections.csv"
run schema --as sqlite "it's \"more\""
sqlite3 loaded.db <out >why 2>&1
! grep -v 'filling the rest with NULL' why
say $? 'sqlite3 loads a folder' why
for table in connections requests emails recipients payloads captures; do
    [ "$(sqlite3 loaded.db "select count(*) from $table")" = "$(rows o/$table.csv)" ]
    say $? "... $table"
done
[ "$(sqlite3 loaded.db "select count(*), count(src_cc), count(capture_n), sum(emails) from connections")" = \
    "$(rows o/connections.csv)|0|0|$(rows o/emails.csv)" ]
say $? '... empty cells and missing columns are NULL, numbers are numbers'
[ "$(sqlite3 loaded.db 'select sum(emails) from mails_a_day')" = "$(rows o/emails.csv)" ] &&
    [ "$(sqlite3 loaded.db 'select sum(requests) from who_asked_for_what')" = "$(sqlite3 loaded.db 'select count(*) from requests where depth = 1')" ] &&
    [ "$(sqlite3 loaded.db 'select count(*) from mails_with_source where src_ip is not null')" = "$(rows o/emails.csv)" ]
say $? '... and the views count them'
sqlite3 loaded.db <out >why 2>&1
grep -q 'UNIQUE constraint failed: emails' why && [ "$(sqlite3 loaded.db 'select count(*) from emails')" = "$(rows o/emails.csv)" ]
say $? 'a second time is refused' why
for dialect in postgresql duckdb clickhouse; do
    run schema --as "$dialect" "it's \"more\""
    [ "$code" = 0 ] && [ "$(grep -c '^CREATE VIEW' out)" = 3 ] && grep "emails.csv.zst" out | grep -q "\"ts\", \"uid\""
    say $? "--as $dialect: tables, views, and what loads the files" out
done
mkdir other none
sed '1s/uid/uuid/' o/emails.csv >other/emails.csv
run schema --as sqlite other
told 1 'emails.csv: its first line names other columns' 'columns that are none of ours'
run schema --as sqlite none
told 1 'none: no record files here' 'a folder without records'
run schema --as json o
told 2 'o: say for which program, for example --as sqlite' 'only SQL loads'
run schema --as sqlite emails
[ "$(grep -c '^CREATE TABLE' out)" = 1 ]
say $? 'one table alone' out

# A row's uid can be computed from the row.
sqlite3 -separator ' ' db.sqlite 'select src_ip, src_port, dst_ip, dst_port, ts from connections order by uid' |
    while read -r line; do printf %s "$line" | sha256sum | cut -c1-16; done >computed
sqlite3 db.sqlite 'select uid from connections order by uid' | cmp -s - computed
say $? 'uid is what the schema says it is' computed
finish
