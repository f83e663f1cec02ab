#!/usr/bin/python3
"""ask.py ADDRESS PORT udp|tcp|check [SEED] - sends a fixed set of DNS questions, prints the answers.

Names, types, case, EDNS forms and header bits are drawn from SEED, so two runs ask the same. A line
an answer: number, then the answer in hexadecimal, "-" for silence. With `check`, answers are
parsed by dnspython instead and held against rules that need no second server."""
import random
import socket
import struct
import sys

import dns.edns
import dns.flags
import dns.message
import dns.rcode

NAMES = ["sink.example", "w.sink.example", "a.b.c.sink.example", "blocked.com.mx", "x.blocked.com.mx",
         "empty.nl", "refused.cc", "silent.ws", "pass.sink.example", "unlisted.example", "example",
         "com.mx", "mx", ".", "xn--bcher-kva.example", "a" * 63 + ".sink.example"]
TYPES = ["A", "AAAA", "NS", "SOA", "TXT", "MX", "ANY", "DS", "DNSKEY", "AXFR", "IXFR", "TYPE65280"]


def questions(seed, n=700):
    rnd = random.Random(seed)
    for i in range(n):
        name = "".join(c.upper() if rnd.random() < 0.3 else c for c in rnd.choice(NAMES))
        msg = dns.message.make_query(name, rnd.choice(TYPES), "CH" if rnd.random() < 0.03 else "IN")
        msg.id = i
        msg.flags = rnd.choice([0, dns.flags.RD, dns.flags.RD | dns.flags.CD, dns.flags.AD])
        if rnd.random() < 0.5:
            options = [dns.edns.GenericOption(65001, b"x" * rnd.randrange(9))] if rnd.random() < 0.3 else []
            msg.use_edns(rnd.choice([0, 0, 0, 0, 1]), dns.flags.DO if rnd.random() < 0.4 else 0,
                         rnd.choice([0, 512, 1232, 4096, 65535]), options=options)
        wire = bytearray(msg.to_wire())
        kind = rnd.random()
        if kind < 0.04:
            wire = wire[:rnd.randrange(len(wire))]
        elif kind < 0.08:
            wire[rnd.randrange(2, len(wire))] = rnd.randrange(256)
        elif kind < 0.10:
            wire += b"trailing"
        yield bytes(wire)


def udp(address, port, wires):
    """All at once in batches; answers are told apart by ID, which no mutation changes."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answers = [None] * len(wires)
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.connect((address, port))
    for start in range(0, len(wires), 50):
        batch = range(start, min(start + 50, len(wires)))
        for i in batch:
            if wires[i]:
                s.send(wires[i])
        s.settimeout(0.4)
        while True:
            try:
                a = s.recv(65535)
            except socket.timeout:
                break
            i, = struct.unpack("!H", a[:2])
            assert answers[i] is None, "answered twice"
            answers[i] = a
    return answers


def tcp(address, port, wires):
    """A connection each, because a malformed message may close it."""
    answers = []
    for wire in wires:
        s = socket.create_connection((address, port), 2)
        s.sendall(struct.pack("!H", len(wire)) + wire)
        s.shutdown(socket.SHUT_WR)
        data = b""
        try:
            while chunk := s.recv(65535):
                data += chunk
        except ConnectionResetError:
            pass
        s.close()
        assert not data or struct.unpack("!H", data[:2])[0] == len(data) - 2, "framing"
        answers.append(data[2:] or None)
    return answers


def check(address, port, wires):
    """dnspython parses each answer; it belongs to its question and keeps to its size."""
    bad = 0
    for wire, answer in zip(wires, udp(address, port, wires)):
        try:
            q = dns.message.from_wire(wire)
        except Exception:
            q = None
        if answer is None:
            continue
        a = dns.message.from_wire(answer)
        good = a.flags & dns.flags.QR and answer[:2] == wire[:2]
        if q is not None and a.rcode() not in (dns.rcode.FORMERR, dns.rcode.NOTIMP):
            good = good and q.is_response(a) and (a.edns >= 0) == (q.edns >= 0)
            good = good and len(answer) <= (max(512, min(q.payload, 1232)) if q.edns >= 0 else 512)
        if not good:
            print(f"bad answer: {wire.hex()} -> {answer.hex()}")
            bad += 1
    return bad


def main():
    address, port, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    wires = list(questions(int(sys.argv[4]) if len(sys.argv) > 4 else 1))
    if how == "check":
        sys.exit(check(address, port, wires) != 0)
    for i, a in enumerate((tcp if how == "tcp" else udp)(address, port, wires)):
        print(i, a.hex() if a else "-")


if __name__ == "__main__":
    main()
