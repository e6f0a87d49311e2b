#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/run counts honestly: who dies, runs fewer than planned, says nothing or takes too
# long has failed, is named, and leaves no process.
#
# shellcheck disable=SC1091,SC2154,SC2016,SC2317 # lib.sh sets what is used here; ok calls the functions
. "$(dirname "$0")/lib.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)

# test_file NAME <SCRIPT
test_file() {
    { echo '#!/bin/sh' && cat; } >"$work/$1.t"
    chmod +x "$work/$1.t"
}
# counts NAME "N passed, ..." CODE: the last line and the exit code of a run of that test
counts() {
    code=0
    LIMIT=2 "$top/tests/run" "$work/$1.t" >"$work/said" 2>&1 </dev/null || code=$?
    cat "$work/said"
    equal "$(tail -n 1 "$work/said")" "$2" && equal "$code" "$3"
}

test_file good <<'END'
echo 'ok 1 - a'
echo 'ok 2 - b # skip no b here'
echo '1..2'
END
test_file bad <<'END'
echo 'ok 1 - a'
echo 'not ok 2 - b'
echo '1..2'
exit 1
END
test_file dies <<'END'
echo '1..2'
echo 'ok 1 - a'
echo 'ok 2 - b'
kill -SEGV $$
END
test_file few <<'END'
echo '1..3'
echo 'ok 1 - a'
echo 'ok 2 - b'
END
test_file silent </dev/null
test_file skips <<'END'
echo '1..0 # SKIP nothing to try here'
END
test_file bails <<'END'
echo 'ok 1 - a'
echo 'Bail out! not built'
exit 1
END
cat >"$work/hangs" <<END
echo '1..1'
sleep 4321 &
sh -c 'trap "" TERM; echo \$\$ >$work/pid; sleep 4322; sleep 4323'
echo 'ok 1 - a'
END
test_file hangs <"$work/hangs"

ok "passed and skipped are told apart" counts good '1 passed, 0 failed, 1 skipped' 0
ok "... with the reason" grep -q 'no b here' "$work/said"
ok "a test that failed" counts bad '1 passed, 1 failed' 1
ok "a program that dies behind its last test" counts dies '2 passed, 1 failed' 1
ok "fewer than planned" counts few '2 passed, 1 failed' 1
ok "nothing said" counts silent '0 passed, 1 failed' 1
ok "no such test" counts none '0 passed, 1 failed' 1
ok "all skipped" counts skips '0 passed, 0 failed, 1 skipped' 0
ok "... with the reason" grep -q 'nothing to try here' "$work/said"
ok "bailed out" counts bails '1 passed, 1 failed' 1
ok "... with the reason" grep -q 'not built' "$work/said"
ok "a test that hangs" counts hangs '0 passed, 1 failed' 1
ok "... is named" grep -q 'hangs.t: killed, with all its processes, after 2 s' "$work/said"
gone() {
    ! pgrep -af 'sleep 432[123]'
}
ok "... and its processes are gone" gone
ok "one that failed does not hide the others" sh -c \
    '"$1/tests/run" -j 2 "$2/bad.t" "$2/good.t" 2>/dev/null </dev/null | tail -n 1 | grep -x "2 passed, 1 failed, 1 skipped"' sh "$top" "$work"
done_testing
