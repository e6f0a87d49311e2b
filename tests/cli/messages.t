#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a newcomer gets wrong in the first hour: each is one line, with the place and what to do.
. "$(dirname "$0")/lib.sh"

# As somebody who is not root: some folders do not let such a one pass to the program.
chmod 755 "$work"
become=
[ "$(id -u)" != 0 ] || become='setpriv --reuid=65534 --regid=65534 --clear-groups'
user() { # pattern name arguments...
    if $become test -x "$potsherd" 2>/dev/null; then
        # shellcheck disable=SC2086 # words are meant to split
        $become "$potsherd" "${@:3}" >out 2>err
        code=$?
        told 1 "$1" "$2"
    else
        skip "$2" 'nobody else can be become here, or run the program'
    fi
}
run replay -q -o case "$pcaps/socks5-smtp-domain.pcap"
say "$code" 'records to ask for' err

# --- options ---

run report --to eml case
told 2 'unknown option --to: report does not have it, but extract \(see' "another command's option, which begins one of this"
run report --to=eml case
told 2 'unknown option --to: report does not have it, but extract \(see' '... with its value behind ='
run find --as xarf case
told 2 'unknown option --as: find does not have it, but schema, share \(see' '... with another meaning than what it begins'
run report --form text case
[ "$code" = 0 ]
say $? 'the beginning of an option is the option still' err
run report --format to case
told 2 '--format to: expected' 'a value that looks like one is a value'
run replay -i eth1 x
told 2 'unknown option -i: replay does not have it, but [a-z, ]*watch' "another command's letter"

# --- captures and records ---

mkdir shut && cp "$pcaps/http-get.pcap" shut.pcap && chmod 0 shut.pcap shut
user 'shut.pcap: cannot be opened: Permission denied; run this as a user who may' 'a capture of others' replay -q -o "$work/nowhere" shut.pcap
for command in report find 'campaigns -o nowhere' 'extract --to eml -o nowhere' 'schema --as sqlite'; do
    # shellcheck disable=SC2086 # words are meant to split
    user 'shut: cannot be opened: Permission denied; .*owner and group' "$command: records of others" $command shut
    # shellcheck disable=SC2086
    run $command nowhere
    told 1 'nowhere: (there is no such folder; give|no record files here)' "$command: no folder"
done
run report "$pcaps/http-get.pcap"
told 1 'http-get.pcap: neither .*; captures become records by potsherd replay' 'a capture for records'
run schema case
told 2 'case: say for which program, for example --as sqlite' 'schema of records, for no program'

# Without src_ip a connection says nothing: an older version's, or another program's.
cp -r case old
cut -d, -f1-4,6- case/connections.csv >old/connections.csv
head -n 1 old/connections.csv | grep -q '^ts,uid,community_id,sensor,src_port,'
say $? 'records without a column'
run report old
told 1 "old/connections.csv: line 1: the column 'src_ip' is missing: another version" '... are of another version'

run verify shut.pcap
told 1 'shut.pcap: cannot be listed: Not a directory; give a folder' 'verify of a file'
: >empty.pcap
run replay -q -o nowhere empty.pcap
told 1 'empty.pcap: is empty; copy it again, or leave it out' 'a capture without a byte'
run replay -q -o nowhere --geo "$pcaps" "$pcaps/http-get.pcap"
told 1 'pcaps: holds no .*database.*; potsherd doctor says' 'a folder without databases'

# --- live ---

mkdir live && chmod 777 live
user 'lo: capturing needs root \(sudo\), or CAP_NET_RAW' 'watch without rights' watch -i lo -o live
run answer -i lo -a 192.0.2.1 -o here
told 1 'lo: it has no Ethernet address, .*name one that has' 'an interface that answers cannot leave by'

# --- standard output ---

"$potsherd" replay -q -o quiet "$pcaps/http-get.pcap" >/dev/full 2>err && [ ! -s err ]
say $? 'replay -q has nothing to say to a full disk' err
"$potsherd" replay -o full "$pcaps/http-get.pcap" >/dev/full 2>err
code=$?
told 1 'standard output: the summary cannot be written: No space left' 'a summary that a full disk does not take'
cmp -s full/requests.csv quiet/requests.csv
say $? '... with all records'
"$potsherd" report case >/dev/full 2>err
code=$?
told 1 'standard output: cannot be written: No space left' 'a report: said once'
finish
