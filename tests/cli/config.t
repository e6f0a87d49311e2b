#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Configuration files: every option can stand in one, what is read later wins, `config` says
# where a value comes from, and a mistake is one line with file and line.
. "$(dirname "$0")/lib.sh"

# A program outside of its build folder reads the configuration beside it, none of the machine's.
mkdir -p i/bin i/etc/potsherd
cp "$potsherd" i/bin/potsherd
built=$potsherd
potsherd=$work/i/bin/potsherd
etc=$work/i/etc/potsherd

in_force() { # option value place name
    grep -qxE -- "$3 +$1 =( $2)?" out && [ "$code" = 0 ]
    say $? "$4" <(echo "code $code; expected: $3 $1 = $2"; cat out err)
}

# --- every option ---

run config --example
cp out example
[ "$code" = 0 ] && [ "$(grep -c '^\[' example)" -ge 11 ]
say $? 'an example with a section a command' err
"$potsherd" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | grep -vx 'potsherd\|config' | sort >commands
sed -n 's/^\[\(.*\)\]$/\1/p' example | sort | diff commands - >why
say $? 'and with all commands that --help lists' why

python3 "$top/tests/cli/config_options.py" example all >made 2>why
say $? "files with $(wc -l <made) options" why
missing=$(while read -r command; do
    "$potsherd" "$command" --help
    "$potsherd" --help
done <commands | awk '/^potsherd .* \[options\]/ { command = $2 } match($0, /^  (-.,|   ) --[a-z0-9-]+/) {
    split(substr($0, 7), word, /[ =]/); print command, substr(word[1], RSTART + 2) }' |
    grep -vE ' (help|unit|config|no-config)$' | sort |
    comm -23 - <(sed -E 's,^all/([a-z]+)[^ ]* ([^ ]+) .*,\1 \2,' made | sort))
[ -z "$missing" ] && [ "$(wc -l <made)" -gt 150 ]
say $? 'each option that a --help page has is in the example' <(echo "$missing")
for file in all/*; do
    command=${file#all/}
    "$potsherd" config "${command%.redact}" --config "$file" 2>&1 | sed -nE "s,^(potsherd|$file:[0-9]+) +,\1 ,p"
done | sort | diff - <(sort made) >why
say $? 'each can be set in a file, and is in force from its line' why
sed 's/^#\([a-z-]* =\)/\1/' example >defaults.conf
run config watch --config defaults.conf
[ "$code" = 0 ] && [ "$(grep -c defaults.conf: out)" -gt 30 ]
say $? 'the example with all of its defaults is good' err
"$built" config watch | sed -n 's/^default *//p' | sort >expected
sed -n 's/^defaults.conf:[0-9]* *//p' out | sort | diff expected - >why
say $? 'and these are the defaults' why
cp example "$etc/potsherd.conf"
run config watch
[ "$code" = 0 ] && ! grep -q 'potsherd.conf:' out && grep -q "^# read: .*/etc/potsherd/potsherd.conf$" out
say $? 'as it is, it changes nothing' out

# --- the order ---

cat >"$etc/potsherd.conf" <<'END'
# all interfaces
[replay]
sensor = elsewhere

[watch]
  keep = 90
sensor=all
interface = eth8
geo = a.mmdb; b.mmdb
jobs = 2
END
cat >"$etc/watch-eth1.conf" <<'END'
[watch]
sensor = north
geo = c\;d.mmdb
max-disk = 2g
verify-checksums = yes
END
printf '[watch]\r\nmax-disk = 3G\r\njobs =\r\ninterface =\r\n' >more.conf
run config watch
in_force keep 90 '.*/potsherd.conf:6' 'of potsherd.conf'
in_force geo 'a.mmdb;b.mmdb' '.*/potsherd.conf:9' 'a list in one line'
run config watch --unit eth1
in_force sensor north '.*/watch-eth1.conf:2' "the interface's own file comes later"
in_force geo 'c\\;d.mmdb' '.*/watch-eth1.conf:3' 'a later list takes the place of an earlier one'
in_force keep 90 '.*/potsherd.conf:6' 'what it does not name stays'
in_force interface eth1 --unit 'the unit is about its interface'
in_force output /var/lib/potsherd/watch-eth1 --unit 'and has its folder'
in_force quiet true --unit 'and no progress'
in_force verify-checksums true '.*/watch-eth1.conf:5' 'a flag'
run config watch --unit eth1 --config more.conf --sensor mine --geo x --geo y --verify-checksums=no
in_force max-disk 3G more.conf:2 'the file of --config comes after them'
in_force jobs 1 more.conf:3 'an empty value is the default'
in_force interface '' more.conf:4 'an empty list, too'
in_force sensor mine 'command line' 'the command line comes last'
in_force geo 'x;y' 'command line' 'a list of it, too'
in_force verify-checksums false 'command line' 'it takes a flag back'
in_force snap 65535 default 'all else is a default'
run config watch --no-config --unit eth1
! grep -q 'conf:\|^#' out && [ "$code" = 0 ]
say $? '--no-config reads neither' out
run config watch --no-config --config more.conf
in_force max-disk 3G more.conf:2 '... but what --config names'
run config answer --unit eth1
in_force output /var/lib/potsherd/answer-eth1 --unit 'another command has another file'
grep -q '^# not there: .*/answer-eth1.conf$' out
say $? 'a file that is not there is named' out
potsherd=$built
run config watch --unit eth1
! grep -q 'conf:[0-9]' out && grep -q '^# not there: .*build folder' out && [ "$code" = 0 ]
say $? 'in the build folder there is no configuration' out
potsherd=$work/i/bin/potsherd

# --- it is what runs ---

cat >run.conf <<'END'
[replay]
output = from-file
quiet = true
web = all
[report]
format = json
END
potsherd=$built
run replay --config run.conf "$pcaps/http-origin.pcap"
[ "$code" = 0 ] && [ ! -s err ] && [ "$(rows from-file/requests.csv)" -gt 0 ]
say $? 'replay runs as the file says' err
run report --config run.conf from-file
[ "$code" = 0 ] && python3 -m json.tool out >why 2>&1
say $? 'report, too' why
run report --config run.conf --format text from-file
head -n 1 out | grep -q '^potsherd report'
say $? '... unless the command line says otherwise' out
potsherd=$work/i/bin/potsherd

# --- mistakes ---

bad() { # pattern name; standard input: the file
    cat >bad.conf
    run replay --config bad.conf no.pcap
    told 2 "^potsherd: bad.conf:$1" "$2"
}
bad '2: unknown section \[repaly\]: did you mean \[replay\]\?' 'an unknown section' <<<$'# here\n[repaly]'
bad '1: unknown section \[all\]' 'a section like no command' <<<$'[all]'
bad '2: unknown option sensors of \[replay\]: did you mean sensor\?' 'an unknown option' <<<$'[replay]\nsensors = a'
bad '2: unknown option zzz of \[replay\] ' 'an option like none' <<<$'[replay]\nzzz = a'
bad '2: unknown option sensor\[de\] ' 'a translated key of GKeyFile is none' <<<$'[replay]\nsensor[de] = a'
bad '3: replay does not have the option keep' 'an option of another command' <<<$'[replay]\n\nkeep = 3'
bad '2: keep = many: expected a number from 0 to 36500' "a bad value in another command's section" <<<$'[watch]\nkeep = many'
bad '2: max-memory = 1Q: expected a size from 1M to 16T, in bytes or with K, M, G, T' 'a bad size' <<<$'[replay]\nmax-memory = 1Q'
bad '2: ports = some: expected rules\|all' 'a bad choice' <<<$'[replay]\nports = some'
bad '2: quiet = maybe: expected true or false' 'a bad flag' <<<$'[replay]\nquiet = maybe'
bad '2: interface = .*: more than [0-9]+ times' 'too long a list' <<<$'[watch]\ninterface = '"$(seq -s';' 99)"
bad '1: no section before it' 'an option before any section' <<<$'quiet = true'
bad '3: expected \[section\], option = value or # comment' 'no line of such a file' <<<$'[replay]\nquiet = true\nwhatever\n[watch]'
bad '4: quiet is set in line 2 already' 'an option twice' <<<$'[replay]\nquiet = true\n[replay]\nquiet = false'
bad '2: config goes with the command line only' 'a file in a file' <<<$'[replay]\nconfig = more.conf'
bad '1: ' 'no text' < <(head -c 300 /bin/true | tr -d '\n\0[')
bad '2: this is no text' 'a NUL' < <(printf '[replay]\nsensor = a\0b\n')
bad ' longer than' 'what is endless' < <(head -c 3000000 /dev/zero)
printf '[replay]\nsensor = a\033[31m;\n' >bad.conf
run config replay --config bad.conf
[ "$code" = 0 ] && ! grep -q $'\033' out
say $? 'a terminal takes no value for a command' out
printf '[replay]\nfilter = tcp prot 25\n' >bad.conf
run replay -q --config bad.conf "$pcaps/socks5-smtp-domain.pcap"
told 2 '^potsherd: bad.conf:2: -f: .*tcp prot 25' 'what only the command finds is said with file and line, too'
printf '[report]\n\nsince = yesterday\n' >bad.conf
run report --config bad.conf
told 2 '^potsherd: bad.conf:3: --since yesterday: expected 20' '... a time'
run report --config bad.conf --since tomorrow
told 2 '^potsherd: --since tomorrow' '... not of what the command line has'
printf '[answer]\naddress = 192.0.2.1;192.0.2.256\ninterface = lo\n' >bad.conf
run answer --config bad.conf
told 2 '^potsherd: bad.conf:2: --address 192.0.2.256: expected an address' '... an address'
run replay --config nowhere.conf no.pcap
told 2 'nowhere.conf: No such file' 'a file that is not there'
run replay --config . no.pcap
told 2 '^potsherd: .: Is a directory' 'a folder'
echo '[watch' >"$etc/potsherd.conf"
run schema
told 2 '/potsherd.conf:1: expected' 'a mistake in the file of the system stops any command'
run schema --no-config
[ "$code" = 0 ]
say $? '... but --no-config' err
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod 600 "$etc/potsherd.conf"
    chmod -R a+X "$work"
    setpriv --reuid=65534 --regid=65534 --clear-groups "$potsherd" schema >out 2>err
    code=$?
    told 2 'potsherd.conf: Permission denied; let' 'one that cannot be read'
else
    skip 'one that cannot be read' 'not root'
fi
rm "$etc/potsherd.conf"
run config
told 2 'say of which command' 'config of nothing'
run config fly
told 2 'fly: expected a command' 'config of no command'
run config replay no.pcap
told 2 'no.pcap: nothing but options' 'config of a file'
run watch --unit a/b
told 2 '--unit a/b: expected the name' 'a unit that is no name'

# --- rules ---

run rules check
grep -q "/rules/ports.rules" err out
say $? 'without rules of its own' err
cp "$top/rules/ports.rules" "$etc/"
cp -r "$top/rules/personas" "$etc/"
cp -r "$top/rules/tags" "$etc/"
run rules check
[ "$code" = 0 ] && [ "$(grep -c "/i/etc/potsherd/\(ports.rules\|personas\|tags\): " out)" = 3 ]
say $? "rules in the configuration's folder come first" <(cat out err)
mkdir -p i/share/potsherd
cp -r "$top/rules" i/share/potsherd/
rm -r "$etc/tags"
run rules check
[ "$code" = 0 ] && grep -q '/i/etc/potsherd/ports.rules: ' out && grep -q '/share/potsherd/rules/tags: ' out
say $? 'what is not there is what was installed' <(cat out err)

# --- the old form ---

old() { # name; standard input: the file of the unit
    cat >"$etc/watch-eth1.conf"
    run config watch --unit eth1
    told 0 "watch-eth1.conf:$2: OPTIONS= is the old form and is read still; write lines instead: $3\$" "$1"
}
old 'OPTIONS= of a unit is read still, and what to write is said' 2 \
    '"\[watch\]", "keep = 90", "interface = eth2;eth3", "compress = zstd", "verify-checksums = true"' <<'END'
# a file of the first version
OPTIONS=--keep 90 -i eth2 --compress zstd -i eth3 --verify-checksums
END
in_force keep 90 '.*/watch-eth1.conf:2' 'it is in force'
in_force interface 'eth1;eth2;eth3' '.*/watch-eth1.conf:2' 'as it was: an interface more'
run config watch --unit eth1 --keep 5
in_force keep 5 'command line' 'and beneath the command line'
old 'quoted as systemd has it, in two lines' 1 '"\[watch\]", "filter = not port 25", "keep = 3"' <<'END'
OPTIONS="--filter 'not port 25' \
--keep 3"
END
echo 'OPTIONS=--keep many' >"$etc/watch-eth1.conf"
run config watch --unit eth1
told 2 "watch-eth1.conf:1: --keep many: expected a number" 'a mistake in it'
echo 'OPTIONS=--kep 3' >"$etc/watch-eth1.conf"
run config watch --unit eth1
told 2 "watch-eth1.conf:1: unknown option --kep: did you mean --keep" 'an unknown option in it'
echo 'OPTIONS=' >"$etc/watch-eth1.conf"
run config watch --unit eth1
[ "$code" = 0 ]
say $? 'an empty one' err
printf '[watch]\nOPTIONS=--keep 3\n' >"$etc/watch-eth1.conf"
run config watch --unit eth1
told 2 'watch-eth1.conf:2: unknown option OPTIONS' 'not in a section'
finish
