#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
with open("names/urls.csv", "w") as f:
    f.write("ts,sensor,uid,email_n,host,domain,shown_host\n")
    f.writelines("2006-06-10,s,%d,1,,d%d.example,\n" % (i, i) for i in range(1100000))
    f.writelines("2006-06-11,s,h%d,1,,honest%d.example,\n" % (i // 14, i % 7) for i in range(7000))
