# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the checks of the source: TAP, one line a file or rule.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
tests=0
failed=0

# Every file of ours that matches; also outside a git checkout.
files() { # patterns
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- "$@" | while read -r f; do [ ! -e "$f" ] || echo "$f"; done
    else
        find . -path ./build -prune -o -type f -print | sed 's,^\./,,' | while read -r f; do
            for pattern in "$@"; do
                # shellcheck disable=SC2254 # patterns are meant
                case $f in $pattern) echo "$f" ;; esac
            done
        done
    fi
}

say() { # code name [output]
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failed=1
        echo "not ok $tests - $2"
        [ -z "${3:-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
    fi
}

finish() {
    echo "1..$tests"
    exit "$failed"
}
