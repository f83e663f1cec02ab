#!/usr/bin/python3
"""inline.py capture INTERFACE FILE     - every frame that comes in, a line each in hexadecimal, until TERM.
inline.py burst INTERFACE TO-MAC N FILE - sends N numbered frames of all kinds, one after the other, and
                                          writes them to FILE likewise.
inline.py ask INTERFACE                - a listed name in every form of frames.py; how many answers came.
inline.py same SENT CAPTURED           - whether all sent frames were captured, in order, byte for byte.
inline.py rest SENT THROUGH ANSWERS    - pcap files: whether what was not answered went through, in order.
inline.py tcp ADDRESS NAME...           - queries for A on one connection, one after the other: the last address of
                                          each answer, then "end" when the connection has ended.
inline.py serve ADDRESS PORT FILE | fetch ADDRESS PORT - a file over TCP; fetch prints its SHA-256."""
import hashlib
import os
import random
import socket
import struct
import sys
import time

import frames
from frames import ip4, ip6, udp

MARK = b"cordon-inline"  # in every frame of a burst
SOURCE = b"\x02\0\0\0\x77\1"  # its MAC, which no kernel has


def capture(interface, path):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
    s.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
    s.bind((interface, 0))
    with open(path, "w") as f:
        print("ready", file=f, flush=True)
        while True:
            data, control, _, where = s.recvmsg(65535, 128)
            if where[2] == socket.PACKET_OUTGOING or data[6:12] != SOURCE:
                continue
            for _, _, aux in control:
                status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", aux[:20])
                if status & 0x10:
                    data = data[:12] + struct.pack("!HH", tpid if status & 0x40 else 0x8100, tci) + data[12:]
            print(data.hex(), file=f, flush=True)


def query(number, name):
    labels = b"".join(bytes([len(x)]) + x for x in name.split(b"."))
    return struct.pack("!HHHHHH", number & 0xFFFF, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def kinds(rnd, number):
    """Frames without their MACs, that no list speaks of."""
    body = struct.pack("!I", number) + MARK + rnd.randbytes(rnd.randrange(900))
    from4, to4 = socket.inet_aton("198.18.0.1"), socket.inet_aton("198.18.0.3")
    from6, to6 = (socket.inet_pton(socket.AF_INET6, a) for a in ("2001:db8::1", "2001:db8::3"))
    name = b"n%d.%s.unlisted.example" % (number, MARK)
    q = query(number, name)
    tag = struct.pack("!HH", 0x8100, rnd.randrange(1, 4095))
    mistake = q[:2] + bytes([rnd.choice([0x81, 0x28, 0x01])]) + q[3:4] + b"\0\2" + q[6:]
    return rnd.choice([
        lambda: ip4(udp(q, from4, to4), from4, to4),
        lambda: ip6(udp(q, from6, to6), from6, to6),
        lambda: tag + ip4(udp(q, from4, to4), from4, to4),
        lambda: tag + tag + ip4(udp(q, from4, to4), from4, to4),
        lambda: ip4(udp(q, from4, to4, spoil=1), from4, to4),  # bad sums pass as they are
        lambda: ip4(udp(q, from4, to4), from4, to4, spoil=1),
        lambda: ip4(udp(q, from4, to4), from4, to4, options=b"\x83\7\4\1\2\3\4"),
        lambda: ip6(udp(q, from6, to6), from6, to6, headers=b"\x11\0\x1e\4\0\0\0\0", first=60),
        lambda: ip6(body, from6, to6, headers=b"\x11\0" + struct.pack("!HI", rnd.randrange(1 << 16), number), first=44),
        lambda: ip4(udp(mistake, from4, to4), from4, to4),
        lambda: ip4(udp(body, from4, to4, dport=rnd.randrange(1, 65536)), from4, to4),
        lambda: ip4(body, from4, to4, proto=rnd.choice([1, 6, 47, 132])),
        lambda: ip6(body, from6, to6, first=rnd.choice([6, 58, 59, 132])),
        lambda: b"\x08\6" + body,
        lambda: b"\x88\xb5" + body,
        lambda: struct.pack("!H", len(body)) + body,
    ])()


def burst(interface, to_mac, n, path):
    rnd, s = random.Random(int(n)), socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((interface, 0))
    groups = [b"\xff" * 6, b"\x33\x33\0\0\0\1", b"\x01\x80\xc2\0\0\0"]
    dst = bytes.fromhex(to_mac.replace(":", ""))
    with open(path, "w") as f:
        for i in range(int(n)):
            data = (rnd.choice(groups) if rnd.random() < 0.1 else dst) + SOURCE + kinds(rnd, i)
            s.send(data)
            print(data.hex(), file=f)
            if i % 30 == 29:
                time.sleep(0.002)


def ask(interface):
    answers, s = {}, socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
    s.bind((interface, 0))
    s.settimeout(1)
    for i, form in enumerate(frames.FORMS):
        s.send(form(struct.pack("!H", i) + frames.QUERY[2:]))
    try:
        while True:
            data = frames.receive(s)
            if data and data[:6] == frames.CLIENT and data[6:12] == frames.SERVER:
                frames.take(answers, data)
    except socket.timeout:
        pass
    for i, form in enumerate(frames.FORMS):
        assert i not in answers or answers[i][0] == frames.split(form(frames.QUERY))[0], f"tags of {i}"
    print(len(answers), "of", len(frames.FORMS))


def same(sent, captured):
    want, got = (open(p).read().split("\n")[:-1] for p in (sent, captured))
    got = got[1:]
    if want == got:
        return 0
    print(f"{len(want)} sent, {len(got)} captured, {len(set(want) - set(got))} lost, "
          f"{len(set(got) - set(want))} changed or new")
    for a, b in zip(want, got):
        if a != b:
            print(f"first difference:\n{a}\n{b}")
            break
    return 1


def packets(path):
    with open(path, "rb") as f:
        f.read(24)
        while head := f.read(16):
            yield f.read(struct.unpack("<IIII", head)[2])


def rest(sent, through, answers):
    sent, through, answers = (list(packets(p)) for p in (sent, through, answers))
    left = iter(sent)
    in_order = all(any(frame == other for other in left) for frame in through)
    longest = max(map(len, sent))
    print(f"{len(sent)} sent, {len(through)} through, {len(answers)} answered, in order: {in_order}")
    return not (in_order and len(answers) > 100 and len(sent) == len(through) + len(answers) + int(os.environ["SILENT"])
                and any(len(frame) == longest for frame in through) and longest > 8000)


def whole(s):
    """One message; empty at the end of the connection."""
    data = s.recv(65535)
    while data and (len(data) < 2 or len(data) < 2 + struct.unpack("!H", data[:2])[0]):
        data += s.recv(65535)
    return data[2:]


def tcp(address, *names):
    s, seen = socket.create_connection((address, 53), timeout=3), []
    for i, name in enumerate(names):
        q = query(i, name.encode())
        s.sendall(struct.pack("!H", len(q)) + q)
        answer = whole(s)
        assert answer[:2] == q[:2]
        at = answer.index(b"\xc0\x0c\0\1\0\1")  # the first A record's owner, type and class
        seen.append(socket.inet_ntoa(answer[at + 12:at + 16]))
    s.settimeout(1)
    try:
        seen.append("data" if s.recv(1) else "end")
    except ConnectionResetError:
        seen.append("reset")
    except socket.timeout:
        pass
    s.close()
    print(*seen)


def serve(address, port, path):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, int(port)), family=family)
    data = open(path, "rb").read()
    while True:
        client, _ = listener.accept()
        client.sendall(data)
        client.close()


def fetch(address, port):
    s, digest = socket.create_connection((address, int(port)), 5), hashlib.sha256()
    while data := s.recv(1 << 16):
        digest.update(data)
    print(digest.hexdigest())


if __name__ == "__main__":
    commands = {"capture": capture, "burst": burst, "ask": ask, "same": same, "rest": rest,
                "tcp": tcp, "serve": serve, "fetch": fetch}
    sys.exit(commands[sys.argv[1]](*sys.argv[2:]))
