#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# An email from each country that the package iso-codes knows.
import json

with open("/usr/share/iso-codes/json/iso_3166-1.json", encoding="utf-8") as f:
    codes = [c["alpha_2"] for c in json.load(f)["3166-1"]]
print("ts,uid,email_n,sensor,src_ip,dst_port,src_cc")
for i, code in enumerate(codes):
    print("2006-06-10T00:00:00Z,%d,1,s,192.0.2.%d,25,%s" % (i, i % 250, code))
