#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A client for what no client program says.  Its script comes on stdin:
#   send TEXT (with \r, \n, \x00)   file PATH     reply [N]  SMTP replies
#   read N    until TEXT            pause S       eof        end sending, read all
#   rst       close with a reset    run COMMAND   (with {port} of the last SOCKS4/5 reply)
# Usage: record-pcaps-talk.py ADDRESS PORT <SCRIPT
import socket, struct, subprocess, sys, time
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
buf, last = b"", b""

def more():
    global buf
    got = s.recv(65536)
    if not got:
        raise EOFError
    sys.stdout.write("< %r\n" % got)
    buf += got

def take(n):
    global buf, last
    last, buf = buf[:n], buf[n:]

def line():
    while b"\n" not in buf:
        more()
    take(buf.index(b"\n") + 1)
    return last

def run(verb, arg):
    if verb == "send":
        s.sendall(arg.encode("latin-1").decode("unicode_escape").encode("latin-1"))
    elif verb == "oob":
        s.send(arg.encode(), socket.MSG_OOB)
    elif verb == "file":
        s.sendall(open(arg, "rb").read())
    elif verb == "reply":
        for _ in range(int(arg or 1)):
            while line()[3:4] == b"-":
                pass
    elif verb == "read":
        while len(buf) < int(arg):
            more()
        take(int(arg))
    elif verb == "until":
        want = arg.encode().decode("unicode_escape").encode("latin-1")
        while want not in buf:
            more()
        take(buf.index(want) + len(want))
    elif verb == "pause":
        time.sleep(float(arg))
    elif verb == "eof":
        s.shutdown(socket.SHUT_WR)
        while True:
            more()
    elif verb == "rst":
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
        sys.exit()
    elif verb == "run":
        at = 2 if last[0] == 0 else 8
        port = struct.unpack("!H", last[at:at + 2])[0]
        subprocess.Popen(arg.format(port=port), shell=True)
    else:
        sys.exit("talk: " + verb)

try:
    for cmd in sys.stdin:
        cmd = cmd.rstrip("\n")
        if cmd:
            run(*(cmd.split(" ", 1) + [""])[:2])
    s.close()
except (EOFError, ConnectionError, socket.timeout) as e:
    sys.stdout.write("end: %r\n" % e)
    s.close()
