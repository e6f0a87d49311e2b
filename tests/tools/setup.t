#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# setup.sh waits while another apt runs, and for nothing else; with what stands for apt-get.
#
# shellcheck disable=SC1091,SC2016,SC2154,SC2317 # lib.sh sets what is used here; ok calls the functions
. "$(dirname "$0")/lib.sh"
setup=$(dirname "$0")/../../tools/setup.sh

# stub NAME <SCRIPT
stub() {
    { echo '#!/bin/sh' && cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
mkdir "$work/bin"
echo 'echo 0' | stub id
echo 'exit 1' | stub dpkg-query
echo 'echo slept >>"$STUBS/calls"' | stub sleep
echo 'cat >>"$STUBS/answers"' | stub debconf-set-selections
stub apt-get <<'END'
echo "$*" >>"$STUBS/calls"
case "$*" in
*" update")
    locked=$(cat "$STUBS/locked")
    [ "$locked" = 0 ] && exit 0
    echo $((locked - 1)) >"$STUBS/locked"
    cat "$STUBS/error" >&2
    exit 100
    ;;
esac
END
# tries LOCKED ERROR CODE SLEPT INSTALLS
tries() {
    rm -f "$work/calls"
    echo "$1" >"$work/locked"
    echo "$2" >"$work/error"
    code=0
    STUBS=$work PATH=$work/bin:$PATH "$setup" check || code=$?
    cat "$work/calls"
    equal "$code $(grep -c slept "$work/calls") $(grep -c 'DPkg::Lock::Timeout=[0-9]* install' "$work/calls")" "$3 $4 $5"
}
held='E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)'
ok "nobody else: it updates and installs, waiting for dpkg's lock" tries 0 '' 0 0 1
ok "another apt: it waits for the lists" tries 3 "$held" 0 3 1
ok "another apt that never ends: it gives up" tries 1000 "$held" 1 119 0
ok "another error: it gives up at once" tries 1 'E: Failed to fetch' 1 0 0
ok "no mail server is set up" grep -qx 'postfix postfix/main_mailer_type select No configuration' "$work/answers"
done_testing
