#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The parsers are pure: their objects ask for nothing but mem* and str* of the C
# library (bcmp is what clang makes of memcmp), our base, and each other.
. "$(dirname "$0")/lib.sh"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
flags=(-std=gnu11 -D_GNU_SOURCE -O1 -fno-pie -fno-stack-protector -fno-lto -U_FORTIFY_SOURCE -Iinclude -Isrc)
base=(address base64 buf mem number siphash) # what of the base a parser may use: no clock, no file, no log

compile() { # source object
    # shellcheck disable=SC2086,SC2046 # CC and what pkg-config says may be several words
    ${CC:-gcc} "${flags[@]}" $(pkg-config --cflags glib-2.0) -c -o "$2" "$1" 2>&1
}

pure=()
for f in src/proto/*.c src/packet/*.c src/redact/{decode,find,mime}.c \
    src/mail/{headers,inline_files,parameters,words,found_type,html,layout,signature,visible}.c; do
    case $f in
    src/packet/build.c | src/packet/defrag.c) ;; # libnet's adapter; keeps pieces
    *) pure+=("$f") ;;
    esac
done

mkdir "$work/proto" "$work/base" "$work/packet" "$work/mail" "$work/redact"
for name in "${base[@]}"; do
    compile "src/base/$name.c" "$work/base/$name.o" || exit 1
done
for f in "${pure[@]}"; do
    o=$work/$(basename "$(dirname "$f")")/$(basename "$f" .c).o
    out=$(compile "$f" "$o")
    say $? "$f compiles" "$out"
done

defined() { # objects
    nm --defined-only --extern-only "$@" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u
}
defined "$work"/base/*.o "$work"/proto/*.o "$work"/packet/*.o "$work"/mail/*.o "$work"/redact/*.o >"$work/ours"

for f in "${pure[@]}"; do
    o=$work/$(basename "$(dirname "$f")")/$(basename "$f" .c).o
    out=$(nm -u "$o" | awk '{ print $2 }' | grep -vE '^(mem|str)[a-z]+$|^bcmp$' |
        grep -vxFf "$work/ours")
    [ -z "$out" ]
    say $? "$f is pure" "$out"
    # Nothing that can be written outlives a call.
    out=$(nm "$o" | awk '$2 ~ /^[bBdDcC]$/ { print $3 }')
    [ -z "$out" ]
    say $? "$f has no variables of its own" "$out"
done
finish
