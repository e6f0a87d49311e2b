#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Replays a capture that comes in pieces, and kills the process that reads mails again and again.
# Usage: kill_workers.py POTSHERD CAPTURE RECORDS TIMES SEED
# Prints how many were killed; exit code: that of the replay.
import os
import random
import signal
import subprocess
import sys
import time

potsherd, capture, records, times, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
random.seed(seed)


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            return [int(p) for p in file.read().split()]
    except FileNotFoundError:
        return []


def kill_worker(pid):
    for child in children(pid):
        for worker in children(child):
            try:
                os.kill(worker, signal.SIGKILL)
                return 1
            except ProcessLookupError:
                pass
    return 0


def main():
    run = subprocess.Popen([potsherd, "replay", "-o", records, "-"], stdin=subprocess.PIPE)
    data = open(capture, "rb").read()
    size, killed = len(data) // times + 1, 0
    for at in range(0, len(data), size):
        run.stdin.write(data[at:at + size])
        run.stdin.flush()
        time.sleep(random.random() / 200)
        killed += kill_worker(run.pid)
    run.stdin.close()
    code = run.wait()
    print("killed", killed)
    sys.exit(code)


main()
