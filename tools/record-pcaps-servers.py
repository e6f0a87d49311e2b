#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# For record-pcaps-servers: sides of protocols that no program of Debian speaks.
# Usage: record-pcaps-servers.py WHAT PORT, where WHAT is rfb, rdp, modbus, dnp3, dcerpc, tds, or one of the
# last four with -server
import socket
import struct
import sys

what, port = sys.argv[1], int(sys.argv[2])


def dnp3_crc(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA6BC if crc & 1 else crc >> 1
    return struct.pack("<H", crc ^ 0xFFFF)


def dnp3(control, there, back, data):
    """A link frame (IEEE 1815 section 9): begins 05 64, blocks of 16 bytes with their CRC."""
    head = struct.pack("<BBBBHH", 5, 0x64, 5 + len(data), control, there, back)
    blocks = b"".join(data[i:i + 16] + dnp3_crc(data[i:i + 16]) for i in range(0, len(data), 16))
    return head + dnp3_crc(head) + blocks


def rpc(kind, call, body, trailer=b""):
    """A PDU of DCE/RPC (C706 chapter 12): version 5.0; a trailer of NTLM authentication (10) at level 5."""
    return struct.pack("<BBBB4sHHI", 5, 0, kind, 3, b"\x10\0\0\0", 16 + len(body + trailer),
                       max(len(trailer) - 8, 0), call) + body + trailer


def modbus(n, pdu):
    return struct.pack(">HHHB", n, 0, 1 + len(pdu), 1) + pdu


def tds(kind, data):
    """A packet of TDS (MS-TDS 2.2.3.1): type, end of message, length, process, number, window."""
    return struct.pack(">BBHHBB", kind, 1, 8 + len(data), 0x35 if kind == 4 else 0, 1, 0) + data


BIND = struct.pack("<HHIBxxx", 4280, 4280, 0, 1) + bytes(44)
AUTH = b"\x0a\x05\x0c\0\1\0\0\0" + b"NTLMSSP\0" + struct.pack("<I", 1) + bytes(range(24))
TALKS = { # pairs of what the client says and what the server does
    "modbus": [(modbus(n, struct.pack(">BHH", 3, n * 10, 4)), modbus(n, b"\x03\x08" + bytes(range(n, n + 8))))
               for n in range(1, 60)],
    "dnp3": [(dnp3(0xC4, 10, 1, bytes([0xC0 + n % 16, 0xC0 + n % 16, 1, 60, 2, 6, 60, 3, 6, 60, 4, 6, 10, 5, 5])),
              dnp3(0x44, 1, 10, bytes([0xC0 + n % 16, 0xC0 + n % 16, 0x81, 0, 0]) + bytes(range(n, n + 40))))
             for n in range(60)],
    "dcerpc": [(rpc(11, 1, BIND, AUTH), rpc(12, 1, BIND, AUTH))] +
              [(rpc(0, n, struct.pack("<IHH", 24, 0, 3) + bytes(24), AUTH), rpc(2, n, struct.pack("<II", 40, 0) + bytes(40), AUTH))
               for n in range(2, 30)],
    "tds": [(tds(1, f"select {n} from mail".encode("utf-16-le")), # rows affected: none, n times
             tds(4, struct.pack("<BHHQ", 0xFD, 0, 0xC1, n))) for n in range(30)],
}


def read_reply(s):
    s.settimeout(2)
    return s.recv(65536)


def talk_by_hand(talk):
    with socket.create_connection(("127.0.0.1", port)) as s:
        for said, answer in talk:
            s.sendall(said)
            got = b""
            while len(got) < len(answer):
                got += s.recv(65536)


def serve(talk):
    with socket.create_server(("127.0.0.1", port)) as listener:
        s, _ = listener.accept()
        for said, answer in talk:
            got = b""
            while len(got) < len(said):
                got += s.recv(65536)
            s.sendall(answer)
        s.recv(1)


def rfb():
    """RFC 6143 section 7.1: version, security none, shared; then a whole picture and some keys."""
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(read_reply(s))
        read_reply(s)
        s.sendall(b"\x01")
        read_reply(s)
        s.sendall(b"\x01")
        read_reply(s)
        for key in b"EHLO x\nGET / HTTP/1.0\n":
            s.sendall(struct.pack(">BBxxI", 4, 1, key) + struct.pack(">BBxxI", 4, 0, key))
        s.sendall(struct.pack(">BBHHHH", 3, 0, 0, 0, 64, 64))
        read_reply(s)


def rdp():
    """X.224 connection request with a cookie and a negotiation request (MS-RDPBCGR 2.2.1.1)."""
    cookie = b"Cookie: mstshash=admin\r\n" + struct.pack("<BBHI", 1, 0, 8, 1)
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(struct.pack(">BBHBBHHB", 3, 0, 11 + len(cookie), 6 + len(cookie), 0xE0, 0, 0, 0) + cookie)
        read_reply(s)


if what.endswith("-server"):
    serve(TALKS[what.removesuffix("-server")])
elif what in TALKS:
    talk_by_hand(TALKS[what])
else:
    {"rfb": rfb, "rdp": rdp}[what]()
