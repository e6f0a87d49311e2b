#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Asks a Prometheus: ask.py URL both | dashboard FILE | has-failed FILE | rules FILE | quiet | fires ALERT
# The exit code is 0 when it is so; else what is wrong is printed.
import json
import re
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

url, what = sys.argv[1:3]


def get(path, **parameters):
    try:
        with urllib.request.urlopen("%s/api/v1/%s?%s" % (url, path, urllib.parse.urlencode(parameters)), timeout=10) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        return {"error": error.read().decode(), "result": []}


def query(expression):
    # what Grafana puts in
    expression = expression.replace("$__rate_interval", "1m").replace("$instance", ".*")
    return get("query", query=expression)


def both():
    found = {r["metric"].get("sensor") for r in query("potsherd_start_time_seconds")["result"]}
    yield from [] if found == {"north", "south"} else [found]
    scraped = query("node_textfile_scrape_error")["result"]
    yield from [] if [r["value"][1] for r in scraped] == ["0"] else [scraped]
    more = query("rate(potsherd_packets_received_total[1m])")["result"]
    yield from [] if len(more) == 2 else [more]


def dashboard(path):
    for panel in json.load(open(path))["panels"]:
        for target in panel["targets"]:
            answer = query(target["expr"])
            if "error" in answer:
                yield target["expr"], answer["error"]
            elif not answer["result"] and "Nothing is shown" not in panel["description"]:
                yield target["expr"], "no result"


def has_failed(path):
    with tempfile.NamedTemporaryFile("w") as changed:
        changed.write(open(path).read().replace("potsherd_emails_total", "potsherd_mails_total"))
        changed.flush()
        if len(list(dashboard(changed.name))) != 2:
            yield "a count that nobody writes was not missed"


def rules(path):
    wanted = re.findall(r"- alert: (\w+)", open(path).read())
    have = {r["name"]: r for g in get("rules")["groups"] for r in g["rules"]}
    if sorted(have) != sorted(wanted):
        yield sorted(have), sorted(wanted)
    for rule in have.values():
        if rule["health"] != "ok" or rule.get("lastError"):
            yield rule["name"], rule["health"], rule.get("lastError")


def firing():
    return {a["labels"]["alertname"]: a for a in get("alerts")["alerts"] if a["state"] == "firing"}


def quiet():
    # how full this machine's disk is is nobody's fault here
    yield from (a for name, a in firing().items() if "Disk" not in name)


def fires(name):
    alert = firing().get(name)
    if not alert or "potsherd-answer.prom" not in alert["annotations"]["summary"]:
        yield firing()


wrong = list({"both": both, "dashboard": dashboard, "has-failed": has_failed, "rules": rules, "quiet": quiet,
              "fires": fires}[what](*sys.argv[3:]))
for fault in wrong:
    print(fault)
sys.exit(bool(wrong))
