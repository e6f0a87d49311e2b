#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# For servers.t: a capture of one server's conversations as many connections to a port of proxies: whole; without
# handshake; one side alone; begun at each packet with data, both sides or one; with a hole at each of them. Each has a
# client address of its own; which variant that is, goes to NAMES.
# Usage: servers.py CAPTURE OUT NAMES PORT...
import struct
import sys

capture, out, names = sys.argv[1:4]
ports = [int(p) for p in sys.argv[4:]]
data = open(capture, "rb").read()
at, streams = 24, {}
while at < len(data):
    n = struct.unpack_from("<I", data, at + 8)[0]
    ip = data[at + 16 + 14:at + 16 + n]
    tcp = ip[(ip[0] & 15) * 4:struct.unpack_from(">H", ip, 2)[0]]
    source, target = struct.unpack_from(">HH", tcp)
    from_client = not (source, target) in streams # who speaks first
    key = (target, source) if from_client else (source, target)
    streams.setdefault(key, []).append((from_client, tcp, len(tcp) - (tcp[12] >> 4) * 4))
    at += 16 + n
clock, n = 1_700_000_000_000_000, 0
pcap, listing = open(out, "wb"), open(names, "w")
pcap.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))


def put(packets, port, name):
    global clock, n
    n += 1
    client, server = bytes([10, n >> 16 & 255, n >> 8 & 255, n & 255]), bytes([192, 0, 2, 1])
    print(f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", port, name, file=listing)
    for from_client, tcp, _ in packets:
        clock += 1000
        ends = struct.pack(">H", port)
        tcp = tcp[:2] + ends + tcp[4:] if from_client else ends + tcp[2:]
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + \
            (client + server if from_client else server + client) + tcp
        pcap.write(struct.pack("<IIII", clock // 1000000, clock % 1000000, len(packet), len(packet)) + packet)


for stream in streams.values():
    loaded = [i for i, packet in enumerate(stream) if packet[2]][:200]
    sides = [("both", stream), ("client", [p for p in stream if p[0]]), ("server", [p for p in stream if not p[0]])]
    for port in ports:
        for side, packets in sides:
            put(packets, port, f"{side} whole")
            put([p for p in packets if not p[1][13] & 2], port, f"{side} without handshake")
    for i in loaded:
        for side in None, True, False:
            wanted = [p for p in stream[i:] if side is None or p[0] == side]
            put(wanted, ports[i % len(ports)], f"{side} from packet {i}")
        put(stream[:i] + stream[i + 1:], ports[i % len(ports)], f"hole at packet {i}")
