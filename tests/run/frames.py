#!/usr/bin/python3
"""frames.py make FILE        - good and odd frames to 198.18.0.2 and 2001:db8::2, in a pcap file.
frames.py read FILE        - the answers in a pcap file, in the form of ask.py.
frames.py send INTERFACE   - the same frames through an interface; prints the answers likewise.
frames.py counters DEVICE  - the counter that each odd frame ends in, and how many end there.

Every answer is checked on the way: MACs, VLAN tags, addresses, lengths, sums.  Frames over the MTU are
in the file alone.  An answer behind tags is told by their numbers: af_packet keeps no 802.1ad type."""
import collections
import socket
import struct
import sys
import time

from ask import questions

# net_pcap makes up its own MAC.
SERVER = b"\x02pcap\0" if sys.argv[1] in ("make", "read") else b"\x02\0\0\0\0\x02"
CLIENT = b"\x02\0\0\0\0\x01"
FROM4, TO4 = socket.inet_aton("198.18.0.1"), socket.inet_aton("198.18.0.2")
FROM6, TO6 = (socket.inet_pton(socket.AF_INET6, a) for a in ("2001:db8::1", "2001:db8::2"))
Q7, AD7, OLD7, Q9 = b"\x81\0\x60\7", b"\x88\xa8\0\7", b"\x91\0\0\7", b"\x81\0\0\x09"
TAG_TYPES = (0x8100, 0x88A8, 0x9100)
QUERY = b"\x90\0\1\0\0\1\0\0\0\0\0\0\4sink\7example\0\0\1\0\1"


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp(payload, src=FROM4, dst=TO4, sport=40000, dport=53, spoil=0, zero=False):
    data = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    total = checksum(src + dst + struct.pack("!HH", 17, len(data)) + data) or 0xFFFF
    return data[:6] + struct.pack("!H", 0 if zero else total ^ spoil) + data[8:]


def ip4(payload, src=FROM4, dst=TO4, options=b"", fragment=0, proto=17, spoil=0, version=4, cut=0):
    options += b"\0" * (-len(options) % 4)
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | 5 + len(options) // 4, 0,
                       20 + len(options) + len(payload) + cut, 1, fragment, 64, proto, 0, src, dst) + options
    return b"\x08\0" + head[:10] + struct.pack("!H", checksum(head) ^ spoil) + head[12:] + payload


def ip6(payload, src=FROM6, dst=TO6, headers=b"", first=17):
    return b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(headers) + len(payload), first, 64) + src + dst + \
        headers + payload


def ether(rest, tags=b"", dst=SERVER, src=CLIENT, pad=0):
    return dst + src + tags + rest + b"\0" * pad


def udp6(payload, **how):
    return udp(payload, FROM6, TO6, **how)


# What is answered, whatever the form.
FORMS = [
    lambda q: ether(ip4(udp(q))),
    lambda q: ether(ip4(udp(q)), pad=18),
    lambda q: ether(ip4(udp(q, zero=True))),
    lambda q: ether(ip4(udp(q, sport=53))),
    lambda q: ether(ip4(udp(q)), tags=Q7),
    lambda q: ether(ip4(udp(q)), tags=AD7 + Q9),
    lambda q: ether(ip6(udp6(q)), tags=OLD7 + Q9),
    lambda q: ether(ip4(udp(q), options=b"\7\7\4\0\0\0\0")),
    lambda q: ether(ip4(udp(q), options=b"\x94\4\0\0"), tags=Q7),
    lambda q: ether(ip4(udp(q), fragment=0x4000)),
    lambda q: ether(ip6(udp6(q))),
    lambda q: ether(ip6(udp6(q), headers=b"\x11\0\5\2\0\0\1\0", first=0)),
    lambda q: ether(ip6(udp6(q), headers=b"\x11\0\x1e\4\0\0\0\0", first=60), tags=Q7),
]
GROUP4, LOOP = b"\xe0\0\0\1", b"\x7f\0\0\1"
GROUP_MAC = b"\xff" * 6
# What is not, and its counter.
ODD = [
    ("vlan", ether(ip4(udp(QUERY)), tags=Q9)),
    ("vlan", ether(ip4(udp(QUERY)), tags=Q7 * 3)),
    ("mac-source", ether(ip4(udp(QUERY)), src=b"\x03\0\0\0\0\1")),
    ("not-our-mac", ether(ip4(udp(QUERY)), dst=b"\x02\0\0\0\0\x77")),
    ("group-mac", ether(ip4(udp(QUERY)), dst=GROUP_MAC)),
    ("group-mac", ether(ip6(udp6(QUERY)), dst=b"\x33\x33\0\0\0\1")),
    ("ethertype", ether(b"\x88\xb5" + bytes(50))),
    ("ethertype", ether(b"\0\x30\xaa\xaa\3\0\0\0\x08\0" + bytes(44))),  # LLC and SNAP
    ("frame-short", ether(ip4(b"")[:12])),
    ("ip-header", ether(ip4(udp(QUERY), version=5))),
    ("ip-header", ether(ip4(udp(QUERY), cut=1))),
    ("ip-header", ether(ip6(udp6(QUERY))[:-1])),
    ("ip-checksum", ether(ip4(udp(QUERY), spoil=1))),
    ("ip-checksum", ether(ip4(udp(QUERY), spoil=1, options=b"\1\1\1\1"))),
    ("ip-options", ether(ip4(udp(QUERY), options=b"\7\xff\4\0"))),
    ("ip-options", ether(ip4(udp(QUERY), options=b"\7\0\4\0"))),
    ("ip-options", ether(ip6(udp6(QUERY), headers=b"\x11\0\xc2\4\0\0\xff\xff", first=0))),  # jumbogram
    ("ip-options", ether(ip6(udp6(QUERY), headers=b"\x3c\0\1\4\0\0\0\0" * 63 + b"\x11\0\1\4\0\0\0\0", first=60))),
    ("ip-route", ether(ip4(udp(QUERY), options=b"\x83\7\4\1\2\3\4"))),
    ("ip-route", ether(ip4(udp(QUERY), options=b"\x89\7\4\1\2\3\4"))),
    ("ip-route", ether(ip6(udp6(QUERY), headers=b"\x11\2\0\1" + bytes(20), first=43))),
    ("ip-fragment", ether(ip4(udp(QUERY), fragment=0x2000))),  # the first one, with a whole DNS header
    ("ip-fragment", ether(ip4(udp(QUERY), fragment=5))),
    ("ip-fragment", ether(ip6(udp6(QUERY), headers=b"\x11\0\0\1\0\0\0\1", first=44))),
    ("ip-fragment", ether(ip6(udp6(QUERY), headers=b"\x11\0\0\0\0\0\0\1", first=44))),  # atomic, RFC 6946
] + [("ip-source", ether(ip4(udp(QUERY, src=a), src=a)))
     for a in (GROUP4, LOOP, b"\0\0\0\0", b"\0\1\2\3", b"\xf0\0\0\1", b"\xff" * 4, TO4)] + [
    ("ip-source", ether(ip6(udp(QUERY, a, TO6), src=a)))
    for a in (bytes(16), bytes(15) + b"\1", b"\xff\2" + bytes(13) + b"\1", bytes(10) + b"\xff\xff" + FROM4, TO6)] + [
    ("not-our-address", ether(ip4(udp(QUERY, dst=GROUP4), dst=GROUP4))),
    ("not-our-address", ether(ip4(udp(QUERY, dst=b"\xff" * 4), dst=b"\xff" * 4))),
    ("protocol", ether(ip4(bytes(20), proto=6))),
    ("protocol", ether(ip6(bytes(20), first=132))),
    ("udp-length", ether(ip4(udp(QUERY)[:7]))),
    ("udp-length", ether(ip4(udp(QUERY)[:-1]))),
    ("udp-checksum", ether(ip4(udp(QUERY, spoil=0x101)))),
    ("udp-checksum", ether(ip6(udp6(QUERY, spoil=0x101)))),
    ("udp-checksum", ether(ip6(udp6(QUERY, zero=True)))),
    ("udp-port", ether(ip4(udp(QUERY, dport=54)))),
] + [("udp-source-port", ether(ip4(udp(QUERY, sport=p)))) for p in (0, 7, 11, 13, 17, 19, 37, 69, 123)] + [
    ("dns-response", ether(ip4(udp(QUERY[:2] + b"\x81" + QUERY[3:], sport=53)))),
    ("dns-short", ether(ip4(udp(QUERY[:11])))),
    ("icmp-ignored", ether(ip4(b"\x03\4" + bytes(30), proto=1))),  # fragmentation needed, to 0 bytes
    ("arp-ignored", ether(b"\x08\6" + b"\0\1\x08\0\6\4\0\2" + bytes(20), dst=GROUP_MAC)),
]
ODD_LONG = [
    ("frame-long", ether(ip4(udp(QUERY + bytes(2100))))),
    ("frame-chained", ether(ip4(udp(QUERY + bytes(8000))))),
]


def good():
    for i, wire in enumerate(questions(1)):
        yield i, FORMS[i % len(FORMS)](wire)


def frames(odd):
    """Good and odd ones in turn."""
    odd = [f for _, f in odd]
    for i, frame in good():
        yield frame
        if odd:
            yield odd.pop(0)
    yield from odd


def split(data):
    """The tags' numbers and what comes behind them."""
    tags, at = [], 12
    while struct.unpack("!H", data[at:at + 2])[0] in TAG_TYPES:
        tags.append(struct.unpack("!H", data[at + 2:at + 4])[0])
        at += 4
    return tags, data[at:]


def take(answers, data):
    """One answer: checked, and kept by its ID."""
    tags, rest = split(data)
    is4 = rest[:2] == b"\x08\0"
    pseudo, head = (rest[14:22], 22) if is4 else (rest[10:42], 42)
    assert data[:12] == CLIENT + SERVER, "MACs"
    assert pseudo == (TO4 + FROM4 if is4 else TO6 + FROM6), f"addresses {data.hex()}"
    datagram = rest[head:]
    if is4:
        assert rest[2] == 0x45 and checksum(rest[2:22]) == 0, "IPv4 header"
    else:
        assert rest[8] == 17, "IPv6 header"
    length, = struct.unpack("!H", datagram[4:6])
    assert length == len(datagram), f"lengths {length} {len(datagram)}"
    assert checksum(pseudo + struct.pack("!HH", 17, length) + datagram) == 0, "UDP sum"
    number, = struct.unpack("!H", datagram[8:10])
    assert number not in answers, "answered twice"
    answers[number] = tags, datagram[8:]


def show(answers):
    for i, frame in good():
        tags, dns = answers.pop(i, (None, None))
        assert dns is None or tags == split(frame)[0], f"tags of {i}"
        print(i, dns.hex() if dns else "-")
    assert not answers, f"odd frames were answered: {answers}"


def write(path):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for data in frames(ODD + ODD_LONG):
            f.write(struct.pack("<IIII", 0, 0, len(data), len(data)) + data)


def read(path):
    answers = {}
    with open(path, "rb") as f:
        f.read(24)
        while head := f.read(16):
            take(answers, f.read(struct.unpack("<IIII", head)[2]))
    show(answers)


def receive(s):
    """A frame with the tag that the kernel has taken out, or None for what we sent ourselves."""
    data, control, _, where = s.recvmsg(65535, 128)
    if where[2] == socket.PACKET_OUTGOING:
        return None
    for _, _, aux in control:
        status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", aux[:20])
        if status & 0x10:
            data = data[:12] + struct.pack("!HH", tpid if status & 0x40 else 0x8100, tci) + data[12:]
    return data


def send(interface):
    answers, s = {}, socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
    s.bind((interface, 0))
    s.setblocking(False)
    everything, last = list(frames(ODD)), time.monotonic()
    while time.monotonic() < last + 1:
        for data in everything[:20]:
            s.send(data)
            last = time.monotonic()
        del everything[:20]
        time.sleep(0.005)
        try:
            while True:
                data = receive(s)
                if data:
                    take(answers, data)
        except BlockingIOError:
            pass
    show(answers)


def counts(device):
    names = [name for name, _ in ODD + (ODD_LONG if device == "net_pcap" else [])]
    if device == "af_packet":  # its fan-out keeps IPv4 fragments back until they are whole
        names.remove("ip-fragment")
        names.remove("ip-fragment")
    for wire in questions(1):  # some of which are spoilt
        if len(wire) < 12:
            names.append("dns-short")
        elif wire[2] & 0x80:
            names.append("dns-response")
    for name, n in sorted(collections.Counter(names).items()):
        print(name, n)


def main():
    if sys.argv[1] == "counters":
        counts(sys.argv[2])
    else:
        {"make": write, "read": read, "send": send}[sys.argv[1]](sys.argv[2])


main()
