#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's Prometheus and node_exporter read what watch and answer count: every expression of the
# dashboard has a result, the alert rules are evaluated without an error, and one of them fires.
# All of it in a network namespace without a way out.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
needs tcpreplay python3 promtool prometheus prometheus-node-exporter
here=$(cd "$(dirname "$0")" && pwd)
files=$here/../../tools/monitoring
wire_for_watching
"$BUILD/tools/mkpcap" --conversations 200 --mix half "$work/made.pcap"
install -d -o nobody "$work/metrics"
started=()
stop_all() {
    kill "${started[@]}" 2>/dev/null
    cleanup
}
trap stop_all EXIT

# shellcheck disable=SC2154 # lib.sh sets these
inside() {
    ip netns exec "$honeypot" "$@"
}

watch --sensor north --metrics "$work/metrics/potsherd-watch.prom"
inside "$BUILD/potsherd" answer -i h0 -a 198.51.100.64/28 -o "$work/out2" --sensor south \
    --metrics "$work/metrics/potsherd-answer.prom" >"$work/answer" 2>&1 &
started+=($!)
traffic() {
    while :; do
        from 60 tcpreplay -q -i a0 --pps 500 "$work/made.pcap"
    done >/dev/null 2>&1
}
traffic &
started+=($!)

inside prometheus-node-exporter --web.listen-address=127.0.0.1:9100 --collector.disable-defaults \
    --collector.textfile --collector.textfile.directory="$work/metrics" --collector.filesystem \
    --collector.filesystem.fs-types-exclude='^(proc|sysfs|devtmpfs)$' >"$work/exporter" 2>&1 &
started+=($!)
cp "$files/potsherd.rules.yml" "$work"
cat >"$work/prometheus.yml" <<END
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files:
  - potsherd.rules.yml
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['127.0.0.1:9100']
END
inside prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/series" \
    --web.listen-address=127.0.0.1:9090 >"$work/prometheus" 2>&1 &
started+=($!)

ask() {
    inside python3 "$here/ask.py" http://127.0.0.1:9090 "$@"
}
ok "two runs have written their counts, with traffic in them" eventually 90 \
    grep -qE '^potsherd_packets_received_total\{sensor="north"\} [1-9]' "$work/metrics/potsherd-watch.prom"
ok "Prometheus has both" eventually 60 ask both
ok "every expression of the dashboard has a result" eventually 60 ask dashboard "$files/potsherd.dashboard.json"
ok "... without which it would be seen" ask has-failed "$files/potsherd.dashboard.json"
ok "every alert is evaluated, without an error" eventually 30 ask rules "$files/potsherd.rules.yml"
ok "no alert fires while all is well" ask quiet
touch -d '10 minutes ago' "$work/metrics/potsherd-answer.prom"
ok "a file that is not written any more raises one" eventually 30 ask fires PotsherdWritesNoMetrics
done_testing
