#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Memory and file descriptors of a process and its children stay flat.
# Usage: samples.py PID SECONDS
import os, sys, time
pid, seconds = int(sys.argv[1]), int(sys.argv[2])
children = open("/proc/%d/task/%d/children" % (pid, pid)).read().split()
pids = [pid] + [int(c) for c in children]

def memory(p):
    return sum(int(line.split()[1]) for line in open("/proc/%d/status" % p) if line.startswith("VmRSS"))

samples = []
end = time.time() + seconds
while time.time() < end:
    samples.append([(memory(p), len(os.listdir("/proc/%d/fd" % p))) for p in pids])
    time.sleep(max(1, seconds / 600))
# What is warm after a quarter of the time stays as it is.
third = len(samples) // 4
early, late = samples[third:2 * third], samples[-third:]
bad = 0
for i, p in enumerate(pids):
    kb = lambda some: max(s[i][0] for s in some)
    fds = lambda some: max(s[i][1] for s in some)
    middle = samples[len(samples) // 2]
    print("process %d: RSS %d KB at the start, %d in the middle, %d at the end; %d, %d, %d descriptors"
          % (i, samples[0][i][0], middle[i][0], samples[-1][i][0], samples[0][i][1], middle[i][1], samples[-1][i][1]))
    if kb(late) > kb(early) * 1.1 + 4096:
        print("process", i, "grows from", kb(early), "to", kb(late), "KB")
        bad = 1
    if fds(late) > fds(early) + 4: # files that are just being made
        print("process", i, "has", fds(late), "descriptors after", fds(early))
        bad = 1
sys.exit(bad or len(pids) != 3)
