#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Files of N campaigns that one source sent all of, and a second source sent the first three of.
# Usage: campaigns_crowd.py N FOLDER
import os, sys

n, folder = int(sys.argv[1]), sys.argv[2]
os.makedirs(folder, exist_ok=True)
at = "2006-06-10T00:00:00.000000Z"
with open(f"{folder}/campaigns.csv", "w") as f:
    f.write("campaign,emails,first,last,days\n" + "".join(f"{i:016x},5,{at},{at},1\n" for i in range(n)))
with open(f"{folder}/campaign_sources.csv", "w") as f:
    f.write("campaign,src_ip,emails,first,last\n")
    f.writelines(f"{i:016x},198.51.100.{1 + k},1,{at},{at}\n" for k in range(2) for i in range(n if k == 0 else 3))
