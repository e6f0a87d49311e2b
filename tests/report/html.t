#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The page, opened by a browser: nothing that an attacker wrote becomes markup or
# script, it asks the network for nothing, it has its figures, and without
# gnuplot it says why not. JSON is JSON.
# Usage: html.t; POTSHERD names the program. Output: TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
potsherd=$(realpath "${POTSHERD:-$here/../../build/potsherd}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
tests=0
failed=0

command -v chromium >/dev/null || { echo "1..0 # SKIP chromium is not installed"; exit 0; }

say() { # status name
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failed=$((failed + 1))
        echo "not ok $tests - $2"
    fi
}

count() { # pattern file
    grep -oiE -- "$1" "$2" | wc -l
}

browse() { # arguments
    HOME=$work timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/profile" "$@" 2>"$work/browser"
}

mkdir "$work/records"
awk -v N=3000 -v DIR="$work/records" -f "$here/records.awk" || exit 1
"$potsherd" report --top 50 --format html --output "$work/page.html" "$work/records"
say $? "the page is made"
browse --dump-dom "file://$work/page.html" >"$work/dom"
say $? "the browser opens it"

grep -q "alert(1)" "$work/dom" && grep -q "alert(4)" "$work/dom"
say $? "hostile strings are on the page"
[ "$(count '<(script|img|iframe|object|embed|link|base|form|input|foreignobject)[ />]' "$work/dom")" = 0 ]
say $? "and none of them is an element"
[ "$(count '<[a-z]+[^>]* on[a-z]+=' "$work/dom")" = 0 ]
say $? "nor a handler"
[ "$(count '<b[ >]' "$work/dom")" = 0 ]
say $? "nor markup, in cells and in column headings"
grep -q "<th[^>]*>&lt;b&gt;</th>" "$work/dom"
say $? "a country called <b> is a heading"
grep -q "default-src 'none'" "$work/dom"
say $? "the page forbids everything to itself"
[ "$(count '(src|href)="[^#]' "$work/dom")" = 0 ] && [ "$(count 'url\(|@import' "$work/dom")" = 0 ]
say $? "it refers to nothing outside itself"
LC_ALL=C grep -q "$(printf '\033')" "$work/page.html"
[ $? = 1 ]
say $? "no escape sequence is in it"

if command -v gnuplot >/dev/null; then
    [ "$(count '<figure' "$work/dom")" = 5 ] && [ "$(count '<svg' "$work/dom")" = 10 ]
    say $? "five figures are drawn, each for wide and for narrow screens"
    ! grep -q "Figures are missing" "$work/dom"
    say $? "and none is missing"
fi
mkdir "$work/bin"
cat >"$work/bin/gnuplot" <<'END'
#!/bin/sh
exit 1
END
chmod +x "$work/bin/gnuplot"
PATH=$work/bin:$PATH "$potsherd" report --format html --output "$work/plain.html" "$work/records"
say $? "without gnuplot the page is made too"
grep -q "Figures are missing" "$work/plain.html" && [ "$(count '<svg' "$work/plain.html")" = 0 ]
say $? "without figures, and says so"

browse --window-size=1100,3000 --hide-scrollbars --screenshot="$work/light.png" "file://$work/page.html" >/dev/null
[ "$(wc -c <"$work/light.png")" -gt 20000 ]
say $? "a picture of it is not blank"

"$potsherd" report --format json "$work/records" >"$work/report.json"
say $? "JSON is made"
if command -v python3 >/dev/null; then
    python3 "$here/json_report.py" "$work/report.json"
    say $? "and is JSON"
fi

echo "1..$tests"
exit "$((failed > 0))"
