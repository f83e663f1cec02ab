#!/usr/bin/python3
"""watch.py ADDRESS LIST DELTA LIMIT -- COMMAND...: runs an update and watches the answers.

Asks for listed names, one a millisecond, and for names of DELTA until each asked for is answered
with a record.  Prints JSON: update_s until then (null: not within LIMIT seconds), gap_ms the
longest time without an answer, sent, lost.
"""
import json
import random
import select
import socket
import struct
import subprocess
import sys
import time

PROBES = 100  # names of DELTA that must be in service, drawn over all of it
PERIOD = 0.001


def query(number, name):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return struct.pack(">6H", number, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


class Watch:
    def __init__(self, address, listed, delta):
        draw = random.Random(1)
        self.listed = draw.sample(listed, min(1000, len(listed)))
        self.delta = draw.sample(delta, min(PROBES, len(delta)))
        self.waiting = set(range(len(self.delta)))
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect((address, 53))
        self.sock.setblocking(False)
        self.sent = self.got = self.gap = 0
        self.start = self.last = time.monotonic()
        self.done = None

    def ask(self):
        name = self.listed[self.sent % len(self.listed)]
        probe = random.choice(tuple(self.waiting)) if self.waiting else None
        try:
            self.sock.send(query(self.sent & 0x7FFF, name))
            self.sent += 1
            if probe is not None:
                self.sock.send(query(0x8000 | probe, self.delta[probe]))
        except OSError:
            pass

    def listen(self):
        try:
            number, flags, _, answers = struct.unpack(">4H", self.sock.recv(4096)[:8])
        except (OSError, struct.error):
            return
        now = time.monotonic()
        if number & 0x8000:
            if not flags & 15 and answers:
                self.waiting.discard(number & 0x7FFF)
                if not self.waiting and self.done is None:
                    self.done = now - self.start
        else:
            self.gap = max(self.gap, now - self.last)
            self.last = now
            self.got += 1

    def run(self, limit, command):
        child = subprocess.Popen(command)
        due = self.start
        while time.monotonic() < self.start + limit:
            if self.done is not None and time.monotonic() > self.start + self.done + 0.5:
                break
            if time.monotonic() >= due:
                due = max(due + PERIOD, time.monotonic() - 0.05)
                self.ask()
            if select.select([self.sock], [], [], max(0, due - time.monotonic()))[0]:
                self.listen()
        self.gap = max(self.gap, time.monotonic() - self.last)
        child.wait()


def main():
    at = sys.argv.index("--")
    address, listed, delta, limit = sys.argv[1:at]
    with open(listed) as a, open(delta) as b:
        watch = Watch(address, a.read().split(), b.read().split())
    watch.run(float(limit), sys.argv[at + 1:])
    print(json.dumps({"update_s": watch.done, "gap_ms": watch.gap * 1000, "sent": watch.sent,
                      "lost": watch.sent - watch.got}))


main()
