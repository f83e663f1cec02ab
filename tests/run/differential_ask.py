"""differential_ask.py - questions as bytes, drawn from a seed; asking several servers; answers in a form
that can be compared."""
import random
import select
import socket
import struct
import time
from collections import namedtuple

import differential_static as static
import differential_world as world

QR, AA, TC, RD, RA, Z, AD, CD = (1 << b for b in (15, 10, 9, 8, 7, 6, 5, 4))
FLAGS = ((10, "aa"), (9, "tc"), (8, "rd"), (7, "ra"), (6, "z"), (5, "ad"), (4, "cd"))
OPT = 41
TYPES = [1, 2, 5, 6, 12, 13, 15, 16, 28, 33, 35, 39, 43, 46, 47, 48, 50, 52, 59, 64, 65, 99, 257, 32769, 65280,
         65535, 255, 251, 252]
RARE_TYPES = [0, 10, 41, 128, 249, 250, 253, 254]
CHAOS = [[b"version", b"bind"], [b"version", b"server"], [b"id", b"server"], [b"hostname", b"bind"],
         [b"authors", b"bind"]]
CLASSES = [0, 2, 3, 4, 254, 255, 65535]
OPCODES = [1, 2, 3, 4, 5, 6, 9, 15]

# name: labels as they are asked; form: what is odd about the message, "" for nothing.
# about: what the lists say, (action, listed name).
Question = namedtuple("Question", "number wire name qtype qclass opcode flags rcode edns form about")
Edns = namedtuple("Edns", "version size flags options")


def labels_of(text):
    return [l.encode() for l in text.split(".")] if text != "." else []


def listed():
    return [(name, action) for _, name, action in world.LISTED] + [("may.cn", "sinkhole"), ("april.cn", "expired")]


def shapes(rnd):
    """Names: listed, parents, beside, below at every depth, odd labels, as long as can be."""
    out = [[], [b"example"], [b"com"], [b"unlisted", b"example"], [b"arpa"]]
    for name, _ in listed():
        base = labels_of(name)
        out += [base, base, base[1:], [b"beside"] + base[1:], [b"x" + base[0][:62]] + base[1:], [b"*"] + base,
                [b"x", b"*"] + base, [b"_dmarc"] + base, [b"a" * 63] + base, [bytes(range(40, 90))] + base,
                [b"\0", b"a.b", b" "] + base, [b"\xff\xc0"] + base, [b"none", b"*"] + base[1:]]
        for depth in (1, 2, 3, 5, 17, 60):
            out.append([b"%c" % rnd.choice(b"abcz019-_") for _ in range(depth)] + base)
        room = 255 - len(encode(base))
        long = []
        while room > 1:
            n = min(63, room - 1) if room != 65 else 62
            long.append(b"l" * n)
            room -= n + 1
        out.append(long + base)
    return out


def encode(labels):
    return b"".join(bytes([len(l)]) + l for l in labels) + b"\0"


def record(owner, rtype, rclass, ttl, rdata):
    return owner + struct.pack("!HHIH", rtype, rclass, ttl, len(rdata)) + rdata


def opt(e, owner=b"\0"):
    return record(owner, OPT, e.size, e.version << 16 | e.flags, e.options)


def mixed_case(rnd, labels):
    return [bytes(c ^ 32 if (65 <= c & ~32 <= 90) and rnd.random() < 0.4 else c for c in l) for l in labels]


def option(code, content):
    return struct.pack("!HH", code, len(content)) + content


def draw_edns(rnd):
    if rnd.random() < 0.4:
        return None
    options = b"".join(
        rnd.choice([option(65001, b"x" * rnd.randrange(20)), option(12, bytes(16)), option(3, b""),
                    option(8, b"\0\1\0\0"), option(5, b"\5\7\10")])
        for _ in range(rnd.choice([0, 0, 0, 1, 2])))
    return Edns(rnd.choice([0] * 28 + [1, 255]), rnd.choice([0, 511, 512, 513, 700, 1232, 4096, 65535]),
                rnd.choice([0, 0x8000, 0x8000, 0x4000, 1]), options)


def odd(rnd, form, head, question, e):
    """One malformed message of the form.  head: ID and flags."""
    tail = b"" if e is None else opt(e)
    more = int(e is not None)
    a = record(b"\xc0\x0c", 1, 1, 0, bytes(4))
    counts, body = {
        "trailing bytes": ((1, 0, 0, more), question + tail + b"junk"),
        "no question": ((0, 0, 0, more), tail),
        "two questions": ((2, 0, 0, more), question + question + tail),
        "answer section": ((1, 1, 0, more), question + a + tail),
        "authority section": ((1, 0, 1, more), question + a + tail),
        "IXFR with SOA": ((1, 0, 1, more), question + record(b"\xc0\x0c", 6, 1, 0, b"\0\0" + bytes(20)) + tail),
        "additional section": ((1, 0, 0, 1 + more), question + a + tail),
        "record missing": ((1, 0, 0, more + 1), question + tail),
        "two OPT": ((1, 0, 0, 2), question + opt(Edns(0, 1232, 0, b"")) * 2),
        "OPT with an owner": ((1, 0, 0, 1), question + opt(Edns(0, 1232, 0, b""), b"\1x\0")),
        "option cut off": ((1, 0, 0, 1), question + opt(Edns(0, 1232, 0, b"\0\12\0\10abc"))),
        "OPT cut off": ((1, 0, 0, 1), question + opt(Edns(0, 1232, 0, b""))[:rnd.randrange(1, 11)]),
        "pointer as the name": ((1, 0, 0, more), b"\xc0\x0c" + question[-4:] + tail),
        "pointer in the name": ((1, 0, 0, more), b"\1a\xc0\x04" + question[-4:] + tail),
        "label of 64": ((1, 0, 0, more), b"\x40" + b"a" * 64 + question + tail),
        "name too long": ((1, 0, 0, more), (b"\x3f" + b"a" * 63) * 4 + question + tail),
        "question cut off": ((1, 0, 0, 0), question[:rnd.randrange(len(question))]),
        "a response": ((1, 0, 0, more), question + tail),
    }[form]
    if form == "a response":
        head |= QR
    return head, struct.pack("!HHHH", *counts) + body


FORMS = ["trailing bytes", "no question", "two questions", "answer section", "authority section",
         "additional section", "record missing", "two OPT", "OPT with an owner", "option cut off",
         "OPT cut off", "pointer as the name", "pointer in the name", "IXFR with SOA", "label of 64",
         "name too long", "question cut off", "a response", "header cut off"]


def questions(n, seed=1):
    """n of them, at most 65536, each with its number as ID: every name with every type, then what is drawn."""
    rnd = random.Random(seed)
    names = shapes(rnd) + static.shapes()
    grid = [(name, qtype) for name in names for qtype in TYPES]
    for i in range(n):
        name, qtype = grid[i] if i < len(grid) else (rnd.choice(names), rnd.choice(TYPES[:9] + TYPES + RARE_TYPES))
        qclass, opcode, form, e = 1, 0, "", draw_edns(rnd)
        flags = rnd.choice([0, RD, RD, RD | CD, RD | AD, AA, TC | RD, RA, Z, AD | CD,
                            rnd.randrange(1 << 16) & 0x7f0])
        kind = rnd.random() if i >= len(grid) else 1
        if kind < 0.05:
            qclass = rnd.choice(CLASSES)
        elif kind < 0.08:
            opcode = rnd.choice(OPCODES)
        elif kind < 0.10:
            flags |= rnd.randrange(1, 16) # an RCODE in a query
        elif kind < 0.12:
            name, qclass, qtype = rnd.choice(CHAOS), 3, rnd.choice([16, 16, 16, 16, 1, 255])
        elif kind < 0.20:
            form = rnd.choice(FORMS)
            qtype = 251 if form == "IXFR with SOA" else qtype
        name = mixed_case(rnd, name)
        question = encode(name) + struct.pack("!HH", qtype, qclass)
        head = flags | opcode << 11
        if form == "header cut off":
            wire = struct.pack("!HH", i, head) + bytes(rnd.randrange(8))
        elif form:
            head, rest = odd(rnd, form, head, question, e)
            wire = struct.pack("!HH", i, head) + rest
        else:
            wire = struct.pack("!HHHHHH", i, head, 1, 0, 0, int(e is not None)) + question + (opt(e) if e else b"")
        yield Question(i, wire, [l.lower() for l in name], qtype, qclass, opcode, flags, flags & 15, e, form,
                       kind_of(name))


def kind_of(name):
    """What lists say: action and labels of the deepest listed name; an expired entry says nothing."""
    name = [l.lower() for l in name]
    if static.zone_of(name):
        return "static", static.zone_of(name)
    best = ("unlisted", [])
    for text, action in listed():
        base = labels_of(text)
        if name[len(name) - len(base):] == base and len(base) > len(best[1]) and action != "expired":
            best = (action, base)
    return best


class Server:
    """A connected socket with questions under way; its answers by ID."""

    def __init__(self, port):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setblocking(False)
        self.answers = {}

    def read(self):
        while True:
            try:
                wire = self.sock.recv(65535)
            except BlockingIOError:
                return
            self.answers.setdefault(int.from_bytes(wire[:2], "big"), []).append(wire)


def ask(servers, asked, window, wait_s, pace_s=0):
    """Sends asked to each server that has not answered it, window at a time; a window ends when all is
    answered or wait_s after the last answer, and takes pace_s at least."""
    for start in range(0, len(asked), window):
        part, began = asked[start:start + window], time.monotonic()
        for s in servers:
            for q in part:
                if q.number not in s.answers:
                    s.sock.send(q.wire)
        until = time.monotonic() + wait_s
        while time.monotonic() < until and any(q.number not in s.answers for s in servers for q in part):
            for sock in select.select([s.sock for s in servers], [], [], 0.05)[0]:
                next(s for s in servers if s.sock is sock).read()
                until = time.monotonic() + wait_s
        time.sleep(max(0, began + pace_s - time.monotonic()))


def read_name(wire, pos):
    labels, end = [], 0
    while wire[pos]:
        if wire[pos] >= 0xc0:
            end, target = end or pos + 2, (wire[pos] & 0x3f) << 8 | wire[pos + 1]
            assert target < pos, "a pointer forwards"
            pos = target
        else:
            labels.append(wire[pos + 1:pos + 1 + wire[pos]])
            pos += wire[pos] + 1
    return labels, end or pos + 1


def read_record(wire, pos):
    owner, pos = read_name(wire, pos)
    rtype, rclass, ttl, n = struct.unpack("!HHIH", wire[pos:pos + 10])
    pos, end = pos + 10, pos + 10 + n
    assert end <= len(wire), "a record past the end"
    rdata = wire[pos:end]
    if rtype in (2, 5, 6, 12, 15): # names in the data may be compressed
        prefix = wire[pos:pos + 2 * (rtype == 15)]
        first, pos = read_name(wire, pos + len(prefix))
        second, pos = read_name(wire, pos) if rtype == 6 else ([], pos)
        rdata = prefix + encode(first).lower() + encode(second).lower() + wire[pos:end]
    return (encode(owner).lower(), rtype, rclass, ttl, rdata), end


def normal(wires):
    """An answer as a dictionary of what is compared; silence is {"rcode": "silence"}."""
    if not wires:
        return {"rcode": "silence", "edns": None, "answer": [], "aa": 0, "tc": 0}
    assert len(wires) == 1, "answered %d times" % len(wires)
    wire = wires[0]
    _, flags, *counts = struct.unpack("!HHHHHH", wire[:12])
    pos, rcode, edns, sections = 12, flags & 15, None, []
    for _ in range(counts[0]):
        pos = read_name(wire, pos)[1] + 4
    out = {name: flags >> bit & 1 for bit, name in FLAGS}
    out.update(question=wire[12:pos], opcode=flags >> 11 & 15)
    for n in counts[1:]:
        records = []
        for _ in range(n):
            rr, pos = read_record(wire, pos)
            if rr[1] != OPT:
                records.append(rr)
                continue
            assert edns is None and rr[0] == b"\0", "OPT twice or owned"
            rcode |= rr[3] >> 24 << 4
            edns = Edns(rr[3] >> 16 & 255, rr[2], rr[3] & 0xffff, rr[4])
        sections.append(sorted(records))
    assert pos == len(wire), "bytes behind the message"
    out.update(zip(("answer", "authority", "additional"), sections), rcode=rcode, edns=edns)
    return out
