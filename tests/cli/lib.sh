# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the tests of the commands: TAP, and what each of them asks again and again.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
potsherd=$(realpath "${POTSHERD:-$top/build/potsherd}")
# shellcheck disable=SC2034 # for those who include this
tools=$(realpath "${BUILD:-$top/build}")/tools
# shellcheck disable=SC2034
pcaps=$top/pcaps
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
tests=0
failed=0

say() { # code name [file with the reason]
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failed=1
        echo "not ok $tests - $2"
        [ -z "${3:-}" ] || sed 's/^/# /' "$3" | head -n 20
    fi
}

skip() { # name reason
    tests=$((tests + 1))
    echo "ok $tests - $1 # skip $2"
}

# Runs potsherd; its exit code and what it says on standard error are kept.
run() { # arguments...
    "$potsherd" "$@" >out 2>err
    code=$?
}

# The last run ended with this code and one line that matches.
told() { # code pattern name
    { [ "$code" = "$1" ] && [ "$(wc -l <err)" = 1 ] && grep -qE -- "$2" err; }
    say $? "$3" <(echo "code $code, expected $1 and one line like: $2"; cat err)
}

rows() { # file: how many rows behind the header
    tail -n +2 "$1" | wc -l
}

finish() {
    echo "1..$tests"
    exit "$failed"
}
