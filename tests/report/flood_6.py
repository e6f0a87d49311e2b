#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A step of flood.t.
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=open("err", "w")).returncode
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sanitized = b"__asan_init" in open(sys.argv[1], "rb").read()
print(status, most)
sys.exit(not (status == 1 and (most < 64000 or sanitized)))
