#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
head = "ts,sensor,uid,email_n,host,domain,shown_host\n"
good = "2006-06-10,s,u,1,,honest.example,\n"
with open("long/urls.csv", "w") as f:
    f.write(head + good)
    f.write("2006-06-10,s,u,1,," + "x" * 1048577 + ",\n" + good)
    f.write("," * 512 + "\n" + good)
    f.write(("x" * 1000000 + ",") * 5 + "\n" + good)
    f.write('2006-06-10,s,u,1,,"' + "x" * 9000000 + "\n" + good)
    f.write("2006-06-10,s,u,1,," + "x" * 1048576 + ",\n")
    f.write("," * 3000000 + "\n" + good)
