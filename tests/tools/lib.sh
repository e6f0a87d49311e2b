# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2034 # used by those who read this
#
# What the tests of the tools share: TAP, a scratch directory that goes away,
# and tshark as a judge that has no code in common with the tools.

BUILD=${BUILD:-build}
mkpcap=$BUILD/tools/mkpcap
mangle=$BUILD/tools/mangle
LC_ALL=C
export LC_ALL
tests=0
failed=0
capture=
conversations=0

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

for tool in mkpcap mangle nids-bare; do
    if [ ! -x "$BUILD/tools/$tool" ]; then
        echo "Bail out! $BUILD/tools/$tool is not built"
        exit 1
    fi
done
command -v tshark >/dev/null 2>&1 || skip_all "tshark is not installed"
work=$(mktemp -d "${TMPDIR:-/tmp}/tools.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# ok NAME COMMAND...: passes when the command does; its output explains a failure.
ok() {
    name=$1
    shift
    tests=$((tests + 1))
    if "$@" >"$work/why" 2>&1; then
        echo "ok $tests - $name"
    else
        echo "not ok $tests - $name"
        head -n 20 "$work/why" | cut -c 1-200 | sed 's/^/# /'
        failed=$((failed + 1))
    fi
}

# is NAME GOT EXPECTED
is() {
    ok "$1" equal "$2" "$3"
}

equal() {
    [ "$1" = "$2" ] || {
        echo "got      '$1'"
        echo "expected '$2'"
        return 1
    }
}

done_testing() {
    echo "1..$tests"
    [ "$failed" -eq 0 ] || exit 1
    exit 0
}

# exits CODE COMMAND...: it ends so and says one line on standard error.
exits() {
    want=$1
    shift
    code=0
    "$@" >"$work/stdout" 2>"$work/stderr" || code=$?
    equal "$code, $(wc -l <"$work/stderr") lines" "$want, 1 lines" || {
        cat "$work/stderr"
        return 1
    }
}

judge() {
    tshark -n -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE "$@" \
        2>/dev/null
}

# frames FILE [FILTER]: how many
frames() {
    judge -r "$1" -Y "${2:-frame}" -T fields -e frame.number | wc -l
}

# make_capture OPTIONS...: a small good one, as $capture, with $conversations
make_capture() {
    conversations=6
    capture=$work/good.pcap
    "$mkpcap" --conversations "$conversations" --truth "$work/good.tsv" "$@" "$capture"
}

# streams FILE [COUNT]: a line of hex for each direction of each TCP stream, sorted;
# before them one for each packet with a wrong checksum
streams() {
    file=$1
    last=${2:-$conversations}
    n=0
    set --
    while [ "$n" -lt "$last" ]; do
        set -- "$@" -z "follow,tcp,raw,$n"
        n=$((n + 1))
    done
    judge -r "$file" -Y 'tcp.checksum.status != 1 || ip.checksum.status == 0' -T fields -e frame.number "$@" |
        awk '
        function flush() {
            if (client != "") print client
            if (server != "") print server
            client = server = ""
        }
        /^Follow:/ { flush(); following = 1 }
        /^[0-9]+$/ && !following { print "bad checksum in frame " $0 }
        /^[0-9a-f]+$/ && following { client = client $0 }
        /^\t[0-9a-f]+$/ { server = server substr($0, 2) }
        END { flush() }' | sort
}

# same_streams NAME FILE: it says what the good capture says
same_streams() {
    [ -s "$work/good.streams" ] || streams "$capture" >"$work/good.streams"
    streams "$2" >"$work/got.streams"
    ok "$1: the same bytes in every direction, right checksums" cmp "$work/good.streams" "$work/got.streams"
}
