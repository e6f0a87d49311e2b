#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench: a table of those that are there, the aims, and the exit code that goes with them.
#
# shellcheck disable=SC1091,SC2154 # lib.sh sets what is used here
. "$(dirname "$0")/lib.sh"

bench=$(dirname "$0")/../../tools/bench

# Stands for potsherd: writes the truth as records, but for the rows that $LOSES names.
cat >"$work/potsherd" <<'END'
#!/bin/sh
mkdir -p "$3"
truth=${5%.pcap}.tsv
awk -F '\t' 'BEGIN { print "ts,\"a,b\",src_ip,src_port,target" }
    $1 == "request" { print "t,\"x\"\"y,z\"," $2 "," $3 "," $8 }' "$truth" >"$3/requests.csv"
awk -F '\t' -v loses="${LOSES:-0}" 'BEGIN { print "sha256,src_ip,src_port" }
    $1 == "mail" && ++n != loses { print $13 "," $2 "," $3 }' "$truth" >"$3/emails.csv"
[ -z "$INVENTS" ] || echo "00,192.0.2.1,1" >>"$3/emails.csv"
END
chmod +x "$work/potsherd"
# Without stream-bare: its ratio over 30 conversations is chance.
export POTSHERD="$work/potsherd" ROUNDS=1 STREAM="$work/none"

"$bench" 30 >"$work/good" 2>&1
ok "finds every target and mail" grep -q '^potsherd .* 30  *30$' "$work/good"
ok "says so" grep -q '^mails found = 30 (aim: all 30) ok$' "$work/good"
ok "has a row for bare libnids" grep -q '^nids-bare .* 1\.00 ' "$work/good"
code=0
LOSES=3 "$bench" 30 >"$work/bad" 2>&1 || code=$?
is "a lost mail is an aim missed" "$code $(grep -c '^mails found = 29 .* MISSED$' "$work/bad")" "1 1"
code=0
INVENTS=1 "$bench" 30 >"$work/bad" 2>&1 || code=$?
is "a mail that was not there is an aim missed" "$code $(grep -c '^mails found = 30, 1 wrong .* MISSED$' "$work/bad")" "1 1"
code=0
POTSHERD=$work/none "$bench" 30 >"$work/none.out" 2>&1 || code=$?
is "no potsherd: the others are timed" "$code $(grep -c '= not measured$' "$work/none.out")" "0 7"
ok "a word for a number: usage" exits 2 "$bench" many
done_testing
