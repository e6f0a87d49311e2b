# SPDX-License-Identifier: GPL-3.0-or-later
"""journal.py SOCKET FILE: what a program sends to the journal's socket, a JSON object a line of FILE.

Fields as JOURNAL_NATIVE_PROTOCOL of systemd has them; those of several lines are none of ours, and end it."""
import json
import os
import socket
import sys

path, out = sys.argv[1:]
os.makedirs(os.path.dirname(path), exist_ok=True)
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind(path)
os.chmod(path, 0o666)
with open(out, "w", encoding="utf-8", buffering=1) as file:
    while True:
        datagram = journal.recv(65536).decode("ascii")
        assert datagram.endswith("\n")
        fields = dict(line.split("=", 1) for line in datagram[:-1].split("\n"))
        file.write(json.dumps(fields) + "\n")
