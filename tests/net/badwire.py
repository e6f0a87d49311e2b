#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad line between two interfaces: badwire.py HELD LOST ONE OTHER

Forwards frames both ways.  A random HELD percent are held back by 1 to 20 ms, so that
those behind overtake them, and LOST percent never arrive.  Ends with SIGTERM, and then
says for each way how many it forwarded, held, and dropped, and how many were overtaken.
"""
import heapq
import random
import select
import signal
import socket
import sys
import time

PACKET_OUTGOING = 4  # <linux/if_packet.h>
TCP = (b"\x08\x00", b"\x86\xdd")


class Way:
    def __init__(self, name, source, sink):
        self.name, self.source, self.sink = name, source, sink
        self.forwarded = self.held = self.dropped = self.overtaken = 0
        self.number = self.newest = 0
        self.late = []

    def send(self, number, frame):
        self.overtaken += number < self.newest
        self.newest = max(self.newest, number)
        self.forwarded += 1
        try:
            self.sink.send(frame)
        except OSError:  # a full queue: it is a bad line
            self.dropped += 1

    def take(self, frame, now, held, lost):
        self.number += 1
        if frame[12:14] in TCP and random.random() * 100 < lost:
            self.dropped += 1
        elif frame[12:14] in TCP and random.random() * 100 < held:
            self.held += 1
            heapq.heappush(self.late, (now + random.uniform(0.001, 0.020), self.number, frame))
        else:
            self.send(self.number, frame)

    def release(self, now):
        while self.late and self.late[0][0] <= now:
            _, number, frame = heapq.heappop(self.late)
            self.send(number, frame)


def open_interface(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
    s.bind((name, 0))
    s.setblocking(False)
    return s


def drain(way, held, lost):
    for _ in range(64):
        try:
            frame, facts = way.source.recvfrom(65536)
        except BlockingIOError:
            return
        if facts[2] != PACKET_OUTGOING:
            way.take(frame, time.monotonic(), held, lost)


def main():
    held, lost = float(sys.argv[1]), float(sys.argv[2])
    one, other = open_interface(sys.argv[3]), open_interface(sys.argv[4])
    ways = {one: Way("there", one, other), other: Way("back", other, one)}
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    print("ready", flush=True)
    while not stopped:
        due = [w.late[0][0] for w in ways.values() if w.late]
        wait = max(0, min(due) - time.monotonic()) if due else 0.2
        for source in select.select(list(ways), [], [], wait)[0]:
            drain(ways[source], held, lost)
        for way in ways.values():
            way.release(time.monotonic())
    for w in ways.values():
        print(w.name, w.forwarded, w.held, w.dropped, w.overtaken, flush=True)


main()
