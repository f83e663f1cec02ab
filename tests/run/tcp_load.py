#!/usr/bin/python3
"""tcp_load.py ADDRESS PORT IDLE SLOW SECONDS - opens IDLE connections that say nothing and SLOW that
send a query byte by byte, ask without reading, or close and come back, from many source addresses
(198.19.0.0/16, which must be routed to us), and prints what became of them as JSON."""
import json
import resource
import select
import socket
import struct
import sys
import time

QUERY = struct.pack("!H", 30) + b"\0\7\1\0\0\1\0\0\0\0\0\0\4sink\7example\0\0\1\0\1"
IP_FREEBIND = 15


class Client:
    def __init__(self, number, kind, to):
        self.kind, self.sent = kind, 0
        self.s = s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.setblocking(False)
        s.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
        s.bind((f"198.19.{number // 250 % 250}.{number % 250 + 1}", 0))
        if kind == "deaf":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        try:
            s.connect(to)
        except BlockingIOError:
            pass

    def act(self):
        """One step of a slow client; False when the server has ended it."""
        try:
            if self.kind == "drip":
                self.s.send(QUERY[self.sent % len(QUERY):][:1])
                self.sent += 1
            elif self.kind == "deaf":
                self.s.send(QUERY * 50)
            elif self.kind == "churn":
                return False
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True


def main():
    to, idle, slow, seconds = (sys.argv[1], int(sys.argv[2])), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    poll = select.epoll()
    clients, opened, ended, refused = {}, 0, 0, 0
    end = time.monotonic() + seconds
    slow_ones = []

    def start(kind):
        nonlocal opened, refused
        try:
            c = Client(opened, kind, to)
        except OSError:
            refused += 1
            return None
        opened += 1
        clients[c.s.fileno()] = c
        poll.register(c.s.fileno(), select.EPOLLRDHUP | select.EPOLLHUP)
        return c

    def stop(fd):
        nonlocal ended
        c = clients.pop(fd, None)
        if c:
            ended += 1
            poll.unregister(fd)
            c.s.close()

    kinds = ["drip", "deaf", "churn"]
    idle_opened, next_act = 0, 0
    began = time.monotonic()
    while time.monotonic() < end:
        # The idle ones come evenly over four fifths of the time.
        due = min(idle, int(idle * (time.monotonic() - began) / (seconds * 0.8)))
        while idle_opened < due:
            start("idle")
            idle_opened += 1
        for fd, _ in poll.poll(0.005, 1024):
            stop(fd)
        if time.monotonic() >= next_act:
            next_act = time.monotonic() + 0.5
            slow_ones = [c for c in slow_ones if c.s.fileno() in clients]
            for c in slow_ones:
                if not c.act():
                    stop(c.s.fileno())
            while len(slow_ones) < slow:
                c = start(kinds[len(slow_ones) % 3])
                if not c:
                    break
                slow_ones.append(c)
    print(json.dumps({"opened": opened, "idle": idle_opened, "ended": ended, "not_opened": refused}))


if __name__ == "__main__":
    main()
