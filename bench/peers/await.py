#!/usr/bin/python3
"""await.py ADDRESS NAME LIMIT: asks for NAME every 10 ms until it is answered with a record.

Prints when that was, in seconds since 1970; status 1 when LIMIT seconds pass without that.
"""
import select
import socket
import struct
import sys
import time

address, name, limit = sys.argv[1], sys.argv[2], float(sys.argv[3])
labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"
start = time.monotonic()
while time.monotonic() < start + limit:
    try:
        # A new port each time: a socket keeps the error that a closed port sent back.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((address, 53))
            sock.send(query)
            if select.select([sock], [], [], 0.01)[0]:
                number, flags, _, answers = struct.unpack(">4H", sock.recv(4096)[:8])
                if number == 7 and not flags & 15 and answers:
                    print(time.time())
                    sys.exit(0)
                time.sleep(0.01)
    except (OSError, struct.error):
        time.sleep(0.01)
sys.exit(1)
