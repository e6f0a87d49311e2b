#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# For web.t.
# web.py make FILE WORD...   a pcap of HTTP connections, one for each WORD: of requests w (a path), g (a URI),
#                            c (CONNECT), each so many times as the digits after it say; answered with 200
# web.py rows DIR            depth, class and target of each row; then the column requests of connections.csv
# web.py report JSON         fails unless the report counts the two proxy requests, and those only
import csv
import json
import re
import struct
import sys

REQUEST = {"w": "GET /%d HTTP/1.1\r\nHost: www.example\r\n\r\n", "g": "GET http://www.example/%d HTTP/1.1\r\n\r\n",
           "c": "CONNECT www.example:%d HTTP/1.1\r\n\r\n"}


class Capture:
    def __init__(self, path):
        self.out = open(path, "wb")
        self.clock = 1_700_000_000_000_000
        self.out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))

    def put(self, port, client, flags, seq, ack, data=b""):
        self.clock += 1000
        ends = (bytes([192, 0, 2, 1]), bytes([198, 51, 100, 1]))
        ports = (port, 3128)
        a, b = (0, 1) if client else (1, 0)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + ends[a] + ends[b]
        tcp = struct.pack(">HHIIBBHHH", ports[a], ports[b], seq, ack, 0x50, flags, 65535, 0, 0)
        packet = ip + tcp + data
        self.out.write(struct.pack("<IIII", self.clock // 1000000, self.clock % 1000000, len(packet), len(packet)) + packet)

    def connection(self, port, word):
        c, s = 1000, 5000
        self.put(port, True, 2, c - 1, 0)
        self.put(port, False, 0x12, s - 1, c)
        self.put(port, True, 0x10, c, s)
        for kind, times in re.findall("([wgc])([0-9]*)", word):
            for i in range(int(times or 1)):
                request = (REQUEST[kind] % (i + 1)).encode()
                reply = b"HTTP/1.1 200 OK\r\n" + (b"" if kind == "c" else b"Content-Length: 0\r\n") + b"\r\n"
                self.put(port, True, 0x18, c, s, request)
                c += len(request)
                self.put(port, False, 0x18, s, c, reply)
                s += len(reply)
        self.put(port, True, 0x11, c, s)
        self.put(port, False, 0x11, s, c + 1)
        self.put(port, True, 0x10, c + 1, s + 1)


def table(directory, name):
    with open("%s/%s.csv" % (directory, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def main(what, path, *words):
    if what == "make":
        capture = Capture(path)
        for n, word in enumerate(words):
            capture.connection(40000 + n, word)
    elif what == "rows":
        for row in table(path, "requests"):
            print(int(row["depth"]) * ">" + row["class"], row["target"])
        print(*(row["requests"] for row in table(path, "connections")))
    else:
        with open(path, encoding="utf-8") as f:
            report = json.load(f)
        asked = [(row["target"], row["requests"]) for row in report["tables"]["asked"]["rows"]]
        assert report["totals"]["requests"] == 2, report["totals"]
        assert sorted(asked) == [("www.example:1", 1), ("www.example:80", 1)], asked


main(*sys.argv[1:])
