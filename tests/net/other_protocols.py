#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A capture of packets that are no TCP: 300 of UDP port 53, 40 LLDP, 7 OSPF.

    other_protocols.py OUT.pcap
"""
import struct
import sys


def ipv4(protocol, payload):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0,
                       bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    total = sum(struct.unpack("!10H", head))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return head[:10] + struct.pack("!H", total ^ 0xffff) + head[12:] + payload


def ethernet(ethertype, payload):
    return bytes.fromhex("020000000002020000000001") + struct.pack("!H", ethertype) + payload


def udp(source, destination, payload):
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def main():
    frames = [ethernet(0x0800, ipv4(17, udp(40000 + n, 53, bytes(20)))) for n in range(150)]
    frames += [ethernet(0x0800, ipv4(17, udp(53, 40000 + n, bytes(20)))) for n in range(150)]
    frames += [ethernet(0x88cc, bytes(46))] * 40
    frames += [ethernet(0x0800, ipv4(89, bytes(24)))] * 7
    with open(sys.argv[1], "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for n, frame in enumerate(frames):
            out.write(struct.pack("<IIII", 1700000000, n, len(frame), len(frame)) + frame)


main()
