#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Any number of jobs writes the same bytes: of the captures that are there, of such as are bad in
# every way that mangle knows, and of all that a run may be asked to record.
. "$(dirname "$0")/lib.sh"

# The same files, sums and summary for one job and for so many, as options and captures say.
same() { # name jobs option-or-capture...
    local name=$1 jobs=$2 code
    shift 2
    rm -rf one many
    "$potsherd" replay --jobs 1 -o one --force "$@" >one.out 2>one.err
    code=$?
    "$potsherd" replay --jobs "$jobs" -o many --force "$@" >many.out 2>many.err
    [ $? = "$code" ] && diff -r one many >why && diff <(sed 's/many/one/' many.out) one.out >>why && diff one.err many.err >>why &&
        [ "$(cat one/connections.* one/scans.* | wc -l)" -gt 2 ] # more than their heads
    say $? "$name, $jobs jobs" why
}

captures=("$pcaps"/*.pcap*)
for jobs in 2 3 8; do
    same 'all captures in one run' $jobs "${captures[@]}"
done
for capture in "${captures[@]}"; do
    same "${capture##*/}" 3 --mail none "$capture"
done 2>/dev/null | grep -v '^ok' >bad
[ ! -s bad ]
say $? 'each capture alone, 3 jobs' bad

"$tools/mkpcap" --conversations 400 --concurrent 40 --scan 200 --mix half --recipients 3 --sources 60 mix.pcap
"$tools/mkpcap" --conversations 120 --concurrent 30 --body 90000 --seed 3 large.pcap
"$tools/mkpcap" --conversations 400 --seed 5 campaign.pcap
same 'the SpamPots mix' 8 campaign.pcap
same 'captures that overlap in time' 3 mix.pcap campaign.pcap large.pcap
for options in '--payload mbox' '--payload none' '--format json' '--redact addresses --redact-key key' \
    '--ports rules' '--web all' '--idle-timeout 1 --mail none' '-f tcp' '--verify-checksums'; do
    [ -s key ] || head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >key
    chmod 600 key
    # shellcheck disable=SC2086 # several words
    "$potsherd" replay -q -o try --force $options mix.pcap 2>why || {
        say 1 "$options: a run" why
        continue
    }
    # shellcheck disable=SC2086
    same "$options" 3 $options mix.pcap large.pcap
done

while read -r operations; do
    # shellcheck disable=SC2086
    "$tools/mangle" mix.pcap bad.pcap $operations >why 2>&1 || say 1 "mangle $operations" why
    same "$operations" 3 --mail none bad.pcap
done <<'END'
--reuse
--reuse-abrupt
--no-handshake
--one-direction client
--one-direction server
--wrap
--ipv6
--join
--cut 7
--urgent 2
--drop 0.05
--duplicate 0.2
--overlap same
--overlap different
--last 2
--reorder 5
--reorder 40 --drop 0.02
--tso-zero --join
--cut 400 --fragment 256
--fragment 64 --reorder 20
--fragment 128 --drop 0.05 --gre
--bad-checksums
--vlan 7 --vxlan 99
--ipip --fragment 256
--mpls 5 --pppoe
--snap 90
END
"$tools/mangle" large.pcap bad.pcap --reorder 9 --drop 0.03 >why
same 'long payloads, with gaps' 8 bad.pcap
if [ -n "${ASAN:-}" ]; then
    plain=$potsherd
    potsherd=$ASAN
    same 'long payloads, with gaps, and the sanitizers' 3 bad.pcap
    same 'all captures in one run, and the sanitizers' 3 --payload mbox "${captures[@]}"
    potsherd=$plain
fi

# What cannot be read twice is read once.
"$potsherd" replay --jobs 4 -q -o piped - <mix.pcap 2>err
diff <(cut -d, -f1-15 piped/connections.csv) <("$potsherd" replay --jobs 4 -q -o filed mix.pcap && cut -d, -f1-15 filed/connections.csv) >why &&
    grep -q 'read only once: one job' err
say $? 'a pipe: one job, which is said' err
head -c 100000 mix.pcap >cut.pcap
same 'a capture cut short, and one that is none' 3 cut.pcap key

# A job that is killed, and a run that is interrupted: what was recorded is whole, and said.
"$tools/mkpcap" --conversations 8000 --seed 9 big.pcap
begin() { # folder: a run of three jobs that has written something
    "$potsherd" replay --jobs 3 -q --mail none -o "$1" big.pcap 2>err &
    pid=$!
    for _ in $(seq 500); do
        [ ! -s "$1/recipients.csv.part" ] || break
        sleep 0.01
    done
}
whole() { # folder: each row has its columns, and the sums are right
    python3 "$top/tests/cli/whole_rows.py" "$1" && "$potsherd" verify -q "$1" >/dev/null
}
begin dead
kill -KILL "$(pgrep -P $pid | sed -n 2p)"
wait $pid
code=$?
[ $code = 1 ] && grep -q '^potsherd: job 1 was ended by signal 9' err && grep -q '^potsherd: job 1 had one in 3 of the connections' err &&
    [ "$(rows dead/connections.csv)" -gt 1000 ] && whole dead
say $? 'a job that is killed: its share is named, the rest is recorded' err
begin stopped
kill -INT $pid
wait $pid
code=$?
[ $code = 130 ] && [ "$(grep -c interrupted err)" = 1 ] && [ "$(wc -l <err)" = 1 ] && whole stopped
say $? 'ctrl-c: 130, one line, whole files' err
finish
