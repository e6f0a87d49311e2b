#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The same questions to pandas, read as doc/records-elsewhere.md says.
# Usage: pandas_answers.py POTSHERD DIR
import json
import subprocess
import sys

import pandas

TYPES = {"UINT": "Int64", "BOOL": "Int64", "REAL": "float64"}
schema = json.loads(subprocess.run([sys.argv[1], "schema", "--as", "json"], capture_output=True, check=True).stdout)


def records(name):
    columns = next(f["columns"] for f in schema if f["file"] == name + ".csv")
    return pandas.read_csv("%s/%s.csv" % (sys.argv[2], name), keep_default_na=False, na_values={
        c["name"]: [""] for c in columns}, dtype={c["name"]: TYPES.get(c["type"], "string") for c in columns if c["type"] != "TIME"},
        parse_dates=[c["name"] for c in columns if c["type"] == "TIME"])


def show(question, frame):
    print("--", question)
    for row in frame.itertuples(index=False):
        print(*row, sep="|")


def top(frame, by, n=20):
    counts = frame.groupby(by).size().reset_index(name="n")
    return counts.sort_values(["n"] + by, ascending=[False] + [True] * len(by)).head(n)


mails, requests, connections = records("emails"), records("requests"), records("connections")
mails["cc"], mails["asn"] = mails.src_cc.fillna(""), mails.src_asn.fillna(0)
places = mails.groupby(["cc", "asn"]).agg(n=("uid", "size"), r=("rcpt_count", "sum")).reset_index()
show("mails by place", places.sort_values(["n", "cc", "asn"], ascending=[False, True, True]).head(20))
asked = requests[(requests.depth == 1) & (requests["class"] != "web")].copy()
asked["of"], asked["port"] = asked.target_host.fillna(asked.target_ip).fillna(""), asked.target_port.fillna(0)
show("targets", top(asked, ["of", "port"]))
mails["day"] = mails.ts.dt.strftime("%Y-%m-%d")
show("mails a day", mails.groupby("day").agg(n=("uid", "size"), r=("rcpt_count", "sum")).reset_index())
show("recipients of a mail", mails.groupby("rcpt_count").size().reset_index(name="n"))
show("sources", top(connections, ["src_ip", "dst_port"]))
odd = requests[["password", "user_agent"]].fillna("")
show("odd texts", top(odd, ["password", "user_agent"], 200))
