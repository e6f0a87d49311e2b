#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What tools/monitoring has for Prometheus and Grafana is well-formed, asks for counts that
# potsherd has, and its alerts are raised by what they are for, as promtool finds.
. "$(dirname "$0")/../cli/lib.sh"
here=$top/tests/monitoring
files=$top/tools/monitoring

python3 "$here/names.py" "$top" >why 2>&1
say $? 'alerts and panels ask for what potsherd or node_exporter counts' why
if command -v nginx >/dev/null; then
    printf 'pid %s/pid; error_log stderr; events {} http { access_log off; server { listen 127.0.0.1:1; include %s; } }' \
        "$work" "$files/nginx-potsherd.conf" >nginx.conf
    nginx -t -q -c "$work/nginx.conf" >why 2>&1
    say $? 'nginx takes the example' why
else
    skip 'nginx takes the example' 'nginx is not installed (tools/setup.sh monitoring)'
fi
if ! command -v promtool >/dev/null; then
    skip 'promtool takes the alert rules' 'prometheus is not installed (tools/setup.sh monitoring)'
    finish
fi
promtool check rules "$files/potsherd.rules.yml" >why 2>&1
say $? 'promtool check rules' why
grep -vE '^ {8}annotations:|^ {10}(summary|description):' "$files/potsherd.rules.yml" >potsherd.rules.yml
cp "$here/rules_test.yml" .
promtool test rules rules_test.yml >why 2>&1
say $? 'promtool test rules: each alert is raised by what it is for, and not by what is well' why
mapfile -t alerts < <(sed -n 's/^ *- alert: //p' potsherd.rules.yml)
for alert in "${alerts[@]}"; do
    sed "/alert: $alert\$/{n;s/expr: .*/expr: vector(0) > 1/}" potsherd.rules.yml >changed
    cp potsherd.rules.yml kept
    mv changed potsherd.rules.yml
    ! promtool test rules rules_test.yml >why 2>&1
    say $? "... without $alert they fail" why
    mv kept potsherd.rules.yml
done
finish
