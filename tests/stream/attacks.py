#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts N packets of an attack between the packets of a good capture (pcap, Ethernet).
# Usage: attacks.py KIND N GOOD.pcap OUT.pcap; the kinds are the functions below.
import itertools
import socket
import struct
import sys

SYN, PUSH, ACK = 2, 8, 16
CLIENT_ISN, SERVER_ISN = 0xFFFFF000, 0x7FFFF000  # both wrap on the way
EDGE = (1 << 30) - 16384  # where libnids, with the largest scale, sees its window end


def frame(client, seq, ack, flags, data=b"", number=0):
    """A frame of connection `number` between 192.0.2.N and 192.0.2.25."""
    ends = [(socket.inet_aton(f"192.0.2.{66 + number // 60000}"), 1024 + number % 60000),
            (socket.inet_aton("192.0.2.25"), 25)]
    (src, sport), (dst, dport) = ends if client else reversed(ends)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + src + dst
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp + data


def handshake(number=0):
    yield frame(True, CLIENT_ISN, 0, SYN, number=number)
    yield frame(False, SERVER_ISN, CLIENT_ISN + 1, SYN | ACK, number=number)
    yield frame(True, CLIENT_ISN + 1, SERVER_ISN + 1, ACK, number=number)


def client(offset, data=b"a", ack=0):
    return frame(True, CLIENT_ISN + 1 + offset, SERVER_ISN + 1 + ack, PUSH | ACK, data)


def edge(n):
    """One-byte segments at the edge of the window, then bytes that move the window on."""
    yield from handshake()
    done = 0
    for first in range(0, n, 16016):
        for i in range(16000):
            yield client(done + EDGE + 200 + i)
        for _ in range(16):
            yield client(done, b"z" * 1000)
            done += 1000


def half_space(n):
    """A connection each, with one segment exactly 2^31 ahead."""
    for number in range(n // 2):
        yield frame(True, CLIENT_ISN, 0, SYN, number=number)
        yield frame(True, CLIENT_ISN + 1 + (1 << 31), SERVER_ISN, PUSH | ACK, b"z" * 1400, number)


def in_order(n):
    yield from handshake()
    yield from (client(i) for i in range(n))


def backwards(n):
    yield from handshake()
    yield from (client(1 + 2 * (n - i)) for i in range(n))


def backwards_without_gaps(n):
    yield from handshake()
    yield from (client(1 + n - i) for i in range(n))


def acknowledging_more(n):
    yield from handshake()
    yield from (client(1 + 2 * i, ack=1 + i) for i in range(n))


def acknowledging_less(n):
    yield from handshake()
    yield from (client(i, ack=1 + n - i) for i in range(n))


def acknowledging_less_with_gaps(n):
    yield from handshake()
    yield from (client(1 + 2 * i, ack=1 + n - i) for i in range(n))


KINDS = (edge, half_space, in_order, backwards, backwards_without_gaps, acknowledging_more,
         acknowledging_less, acknowledging_less_with_gaps)


def packets(capture):
    """(time in microseconds, record without its time) of a little-endian pcap"""
    at = 24
    while at < len(capture):
        seconds, micros, caplen = struct.unpack_from("<III", capture, at)
        yield seconds * 1000000 + micros, capture[at + 8:at + 16 + caplen]
        at += 16 + caplen


def main(kind, n, good, out):
    with open(good, "rb") as file:
        capture = file.read()
    honest = list(packets(capture))
    attack = list(itertools.islice({f.__name__: f for f in KINDS}[kind](n), n + n // 1000 + 3))
    first, last = honest[0][0], honest[-1][0]
    step = (last - first) / len(attack)
    hostile = ((int(first + i * step), struct.pack("<II", len(f), len(f)) + f) for i, f in enumerate(attack))
    with open(out, "wb") as file:
        file.write(capture[:24])
        for time, record in sorted(itertools.chain(honest, hostile), key=lambda p: p[0]):
            file.write(struct.pack("<II", time // 1000000, time % 1000000) + record)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
