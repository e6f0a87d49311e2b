#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# --max-disk: the oldest files went, no more than had to, nobody else's.
# Usage: in_order.py WORK LIMIT CODE
import os, re, sys
work, limit, code = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
foreign = open(work + "/foreign").read().split("\n")[:-1]
stamp = lambda path: re.search(r"\d{8}T\d{6}Z", path)[0]
ever = {d + "/" + n: os.path.getsize("%s/mirror/%s/%s" % (work, d, n)) for d in ("out", "pcap") for n in os.listdir("%s/mirror/%s" % (work, d)) if n != "SHA256SUMS"}
told = re.findall(r"^(?:potsherd: )?%s/(\S+): removed, (\d+) bytes: (.*)$" % work, open(work + "/log").read(), re.M)
gone = {f: n for f, n in ever.items() if not os.path.lexists(work + "/" + f)}
# the packets of this very run were unfinished when the files were looked through
left = [f for f, n in ever.items() if f not in gone and f not in foreign and (f.startswith("out/") or n == 1000000)]
lines = [(f, int(n)) for f, n, _ in told]
print(len(ever), "files ever", len(gone), "gone,", sum(gone.values()), "bytes")
def check(good, what):
    global code
    if not good:
        print(what)
        code = 1
check(sorted(lines) == sorted(gone.items()), "told: %s gone: %s" % (sorted(lines), sorted(gone.items())))
check({why for _, _, why in told} == {"more than %d bytes in all" % limit}, "reasons: %s" % {why for _, _, why in told})
stamps = [stamp(f) for f, _ in lines]
check(stamps == sorted(stamps), "not the oldest first: %s" % stamps)
check(max(stamps) <= min(map(stamp, left)), "older ones are left: %s" % sorted(left, key=stamp))
check(len(gone) > 5, "nothing more went when more came")
unfinished = open(work + "/unfinished").read().split("\n")[:-1]
check(len(unfinished) == 3 and len(foreign) == 11, "%s %s" % (unfinished, foreign))
check(all(os.path.lexists(work + "/" + f) for f in foreign + unfinished), "a file is gone that is not to be touched")
ours = lambda: ((d + "/" + n) for d in ("out", "pcap") for n in os.listdir(work + "/" + d) if d + "/" + n not in foreign and n != "SHA256SUMS")
total = sum(os.path.getsize(work + "/" + f) for f in ours())
last = gone.get(lines[-1][0], 0)
print("left", total, "bytes; the last one to go had", last)
check(total <= limit + 50000, "more is left than may be") # a last segment
check(total + last > limit - 20000, "more went than had to")
sys.exit(code)
