#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package is built of what tools/setup.sh installs for building, and nothing else.
. "$(dirname "$0")/lib.sh"
essential='g++ gcc libc6-dev make' # of build-essential
packaging='debhelper-compat dh-sequence-installsysusers'

wanted=$(sed -n "/^build='/,/'\$/p" tools/setup.sh | tr -d "'" | sed 's/^build=//' | tr ' ' '\n' | grep . | sort)
named=$(sed -n '/^Build-Depends:/,/^[A-Z]/p' tools/debian/control | sed -n 's/^ \([a-z0-9.+-]*\).*/\1/p' | sort)
out=$(diff <(tr ' ' '\n' <<<"$essential $named" | sort) <(tr ' ' '\n' <<<"$packaging $wanted" | sort))
[ "$(wc -l <<<"$named")" -gt 10 ] && [ -z "$out" ]
say $? 'Build-Depends are those of tools/setup.sh' "$out"
finish
