#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
with open("names/urls.csv", "w") as f:
    f.write("ts,sensor,host,domain\n")
    f.writelines("2006-06-10,s,,d%d.example\n" % i for i in range(1100000))
    f.writelines("2006-06-11,s,,honest%d.example\n" % (i % 7) for i in range(7000))
