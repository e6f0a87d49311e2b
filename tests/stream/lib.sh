# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the tests of bad captures: a good one is made, spoilt, replayed and judged.
# POTSHERD and BUILD name the program and where the tools are.
# shellcheck source=../cli/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
judge=$(cd "$top/tests/stream" && pwd)/judge.py

make_capture() { # options of mkpcap... ; good.pcap, truth.tsv
    "$tools/mkpcap" --truth truth.tsv "$@" good.pcap
}

spoil() { # options of mangle... ; good.pcap into bad.pcap
    "$tools/mangle" good.pcap bad.pcap "$@" >report
}

replay() { # directory, options and files...
    local dir=$1
    shift
    /usr/bin/time -f %M -o peak "$potsherd" replay --force -o "$dir" "$@" >summary 2>why
}

check() { # name, command...: its output says why not
    local name=$1
    shift
    "$@" >why 2>&1
    say $? "$name" why
}

judged() { # name, arguments of judge.py...
    local name=$1
    shift
    check "$name" python3 "$judge" "$@"
}

# A line of the last summary matches.
summary_says() { # name, pattern
    grep -qE -- "$2" summary
    say $? "$1" summary
}

# The peak memory of the last replay.  Sanitizers need more of it for themselves.
within() { # name, MiB
    if grep -q __asan_init "$potsherd"; then
        skip "$1" "sanitized build"
        return
    fi
    echo "peak $(($(tail -n 1 peak) / 1024)) MiB, bound $2 MiB" >why
    [ "$(tail -n 1 peak)" -le $(($2 * 1024)) ]
    say $? "$1" why
}
