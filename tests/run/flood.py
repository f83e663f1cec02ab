#!/usr/bin/python3
"""Raw frames for flood_test.sh.

flood INTERFACE SERVER SECONDS NAME: sends queries from 10,000 forged addresses, between them some with a
good cookie from one address more, and prints, as shell variables, what came back.
pingpong INTERFACE HERE THERE NAME: sends odd queries as if from HERE, port 53, and counts what follows."""
import collections
import os
import socket
import struct
import sys
import time

US, THEM = bytes.fromhex('020000000001'), bytes.fromhex('020000000002')
ADDRESSES = 10000
PACE = int(os.environ.get("PACE", 30000))  # queries a second; 30000: what two shared cores take without loss
RATE, BURST = 20, 20  # of flood_test.sh: answers a second, and seconds 1
COOKIE_FROM = socket.inet_aton('198.18.0.1')


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def query(ident, name, cookie=b''):
    message = struct.pack('!6H', ident, 0x100, 1, 0, 0, 1 if cookie else 0)
    for label in name.split('.'):
        message += bytes([len(label)]) + label.encode()
    message += b'\0' + struct.pack('!2H', 1, 1)
    if cookie:
        message += b'\0' + struct.pack('!HHIHHH', 41, 1232, 0, 4 + len(cookie), 10, len(cookie)) + cookie
    return message


def frame(source, to, port, message, to_port=53, macs=THEM + US):
    udp = struct.pack('!4H', port, to_port, 8 + len(message), 0) + message
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, to)
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    return macs + b'\x08\0' + ip + udp


def listen(interface, protocol=0x800):
    """A socket with room for some seconds of answers; 3: all protocols, what goes out too."""
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    s.setsockopt(socket.SOL_SOCKET, 33, 256 << 20)  # SO_RCVBUFFORCE
    s.bind((interface, 0))
    return s


def answers(s, server):
    """UDP answers that wait: (to, port, IP length, message)."""
    while True:
        try:
            data = s.recv(2048, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        if data[:6] == US and data[23] == 17 and data[26:30] == server:
            length = struct.unpack('!H', data[16:18])[0]
            yield data[30:34], struct.unpack('!H', data[36:38])[0], length, data[42:14 + length]


def learn_cookie(s, server, name):
    s.send(frame(COOKIE_FROM, server, 7777, query(1, name, bytes(8))))
    end = time.monotonic() + 2
    while time.monotonic() < end:
        for _, port, _, message in answers(s, server):
            at = message.rfind(b'\0\x0a\0\x18')
            if port == 7777 and at > 0:
                return message[at + 4:at + 28]
    sys.exit('no cookie came')


class Tally:
    def __init__(self):
        self.whole, self.tc, self.bytes, self.answered, self.good = 0, 0, 0, 0, 0
        self.network = collections.Counter()

    def take(self, s, server):
        for to, port, length, message in answers(s, server):
            is_tc = message[2] & 2
            if to == COOKIE_FROM:
                self.answered += 1
                self.good += not is_tc and message[3] & 15 == 0
                continue
            self.bytes += length
            self.tc += bool(is_tc)
            self.whole += not is_tc
            self.network[to[:3]] += not is_tc


def flood(interface, server, seconds, name):
    server = socket.inet_aton(server)
    s = listen(interface)
    cookie = learn_cookie(s, server, name)
    sources = [socket.inet_aton('198.51.%d.%d' % (i // 250, i % 250 + 1)) for i in range(ADDRESSES)]
    frames = [frame(a, server, 1024 + i, query(i, name)) for i, a in enumerate(sources)]
    tally, sent, sent_bytes, asked = Tally(), 0, 0, 0
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        for f in frames[sent % ADDRESSES:sent % ADDRESSES + 100]:
            s.send(f)
            sent += 1
            sent_bytes += len(f) - 14
        s.send(frame(COOKIE_FROM, server, 7777, query(2, name, cookie)))
        asked += 1
        tally.take(s, server)
        time.sleep(max(0, start + sent / PACE - time.monotonic()))
    took = time.monotonic() - start
    end = time.monotonic() + 1
    while time.monotonic() < end:
        tally.take(s, server)
        time.sleep(0.01)
    networks = len({a[:3] for a in sources})
    limit = int(RATE * (took + 0.5) + BURST)
    print('sent=%d sent_bytes=%d seconds=%.1f whole=%d most=%d tc=%d out_bytes=%d' % (
        sent, sent_bytes, took, tally.whole, limit * networks, tally.tc, tally.bytes))
    print('asked=%d answered=%d good=%d network_most=%d network_limit=%d' % (
        asked, tally.answered, tally.good, max(tally.network.values()), limit))


def odd_messages(name):
    """A query, and what draws an error from some servers."""
    good = query(0x1234, name)
    yield good
    yield query(0x1234, 'unlisted.example')
    for opcode in range(1, 16):
        yield good[:2] + bytes([opcode << 3]) + good[3:]
    for n in (0, 1, 11, 12, 13, 20, len(good) - 1):
        yield good[:n]
    yield good + b'x'
    yield good[:4] + b'\0\2' + good[6:]
    for rcode in range(16):
        yield good[:2] + b'\0' + bytes([rcode]) + good[4:]
    yield good[:2] + b'\x80\0' + good[4:]


def pingpong(interface, here, there, name):
    """Each message once from here, port 53, to there: what goes to and fro then."""
    here, there = socket.inet_aton(here), socket.inet_aton(there)
    s = listen(interface, 3)
    messages = list(odd_messages(name))
    for m in messages:
        s.send(frame(here, there, 53, m))
    to, fro = 0, 0
    end = time.monotonic() + 2
    while time.monotonic() < end:
        try:
            data, address = s.recvfrom(2048, socket.MSG_DONTWAIT)
        except BlockingIOError:
            time.sleep(0.01)
            continue
        if data[12:14] == b'\x08\0' and data[23] == 17:
            to += address[2] == socket.PACKET_OUTGOING
            fro += address[2] != socket.PACKET_OUTGOING
    print('messages=%d to=%d fro=%d' % (len(messages), to, fro))


if __name__ == '__main__':
    if sys.argv[1] == 'flood':
        flood(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        pingpong(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5])
