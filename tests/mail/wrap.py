#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Mails into a capture: an SMTP conversation for each, in the order given; a leading mbox line is
# left out, line ends become CRLF.
# Usage: wrap.py CAPTURE MAIL...
import struct
import sys

CLIENT, SERVER = bytes((198, 51, 100, 7)), bytes((192, 0, 2, 25))
SEGMENT = 1400


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Capture:
    def __init__(self, path):
        self.out = open(path, "wb")
        self.out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        self.time = 1150000000 * 1000000

    def put(self, src, dst, sport, dport, seq, ack, flags, data=b""):
        tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags, 65535, 0, 0) + data
        pseudo = src + dst + struct.pack("!BBH", 0, 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, src, dst)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        frame = b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + tcp
        self.time += 100
        self.out.write(struct.pack("<IIII", self.time // 1000000, self.time % 1000000, len(frame), len(frame)) + frame)


class Conversation:
    def __init__(self, capture, port):
        self.capture, self.port = capture, port
        self.ours, self.theirs = 1000, 5000
        capture.put(CLIENT, SERVER, port, 25, self.ours, 0, 2)
        capture.put(SERVER, CLIENT, 25, port, self.theirs, self.ours + 1, 0x12)
        self.ours += 1
        self.theirs += 1
        self.client(b"")

    def client(self, data, flags=0x10):
        self.capture.put(CLIENT, SERVER, self.port, 25, self.ours, self.theirs, flags, data)
        self.ours += len(data)

    def server(self, data):
        self.capture.put(SERVER, CLIENT, 25, self.port, self.theirs, self.ours, 0x18, data)
        self.theirs += len(data)

    def end(self):
        self.client(b"", 0x11)
        self.ours += 1
        self.capture.put(SERVER, CLIENT, 25, self.port, self.theirs, self.ours, 0x11)
        self.theirs += 1
        self.client(b"")


def payload(path):
    data = open(path, "rb").read()
    if data.startswith(b"From "):
        data = data[data.find(b"\n") + 1:]
    data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def stuffed(data):
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in data.split(b"\r\n"))


def main():
    capture = Capture(sys.argv[1])
    for number, path in enumerate(sys.argv[2:]):
        talk = Conversation(capture, 1024 + number % 60000)
        talk.server(b"220 there.example\r\n")
        for line in (b"HELO here.example\r\n", b"MAIL FROM:<a@here.example>\r\n", b"RCPT TO:<b@there.example>\r\n"):
            talk.client(line, 0x18)
            talk.server(b"250 ok\r\n")
        talk.client(b"DATA\r\n", 0x18)
        talk.server(b"354 go on\r\n")
        text = stuffed(payload(path)) + b".\r\n"
        for at in range(0, len(text), SEGMENT):
            talk.client(text[at:at + SEGMENT], 0x18)
        talk.server(b"250 ok\r\n")
        talk.client(b"QUIT\r\n", 0x18)
        talk.server(b"221 bye\r\n")
        talk.end()


if __name__ == "__main__":
    main()
