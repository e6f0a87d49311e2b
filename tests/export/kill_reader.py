#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command, and kills the process that reads mails for it again and again: a child of its child.
# Usage: kill_reader.py COMMAND...
# Prints how many were killed; exit code: that of the command.
import os
import random
import signal
import subprocess
import sys
import time

random.seed(2006)


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            return [int(p) for p in file.read().split()]
    except FileNotFoundError:
        return []


run, killed = subprocess.Popen(sys.argv[1:]), 0
while run.poll() is None:
    time.sleep(random.random() / 5)
    for worker in [w for child in children(run.pid) for w in children(child)]:
        try:
            os.kill(worker, signal.SIGKILL)
            killed += 1
        except ProcessLookupError:
            pass
print("killed", killed)
sys.exit(run.returncode)
