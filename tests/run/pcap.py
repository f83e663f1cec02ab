#!/usr/bin/python3
"""pcap.py make FILE [SEED] - the questions of ask.py as Ethernet frames to 198.18.0.2, in a pcap file.
pcap.py read FILE - the answers in a pcap file, in the form of ask.py; checks every sum on the way."""
import socket
import struct
import sys

from ask import questions

SERVER, CLIENT = b"\x02\0\0\0\0\x02", b"\x02\0\0\0\0\x01"


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(payload):
    src, dst = socket.inet_aton("198.18.0.1"), socket.inet_aton("198.18.0.2")
    udp = struct.pack("!HHHH", 40000, 53, 8 + len(payload), 0) + payload
    total = checksum(src + dst + struct.pack("!HH", 17, len(udp)) + udp) or 0xFFFF
    udp = udp[:6] + struct.pack("!H", total) + udp[8:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, src, dst)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return SERVER + CLIENT + b"\x08\0" + ip + udp


def make(path, seed):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for wire in questions(seed):
            data = frame(wire)
            f.write(struct.pack("<IIII", 0, 0, len(data), len(data)) + data)


def read(path):
    answers = {}
    with open(path, "rb") as f:
        f.read(24)
        while head := f.read(16):
            data = f.read(struct.unpack("<IIII", head)[2])
            ip, udp = data[14:34], data[34:]
            assert data[:12] == CLIENT + SERVER, "MACs"
            assert checksum(ip) == 0, "IP sum"
            assert len(udp) == struct.unpack("!H", udp[4:6])[0] == len(data) - 34, "lengths"
            pseudo = ip[12:20] + struct.pack("!HH", 17, len(udp))
            assert checksum(pseudo + udp) == 0, "UDP sum"
            number, = struct.unpack("!H", udp[8:10])
            assert number not in answers, "answered twice"
            answers[number] = udp[8:]
    return answers


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1)
else:
    got = read(sys.argv[2])
    for i, _ in enumerate(questions(1)):
        print(i, got[i].hex() if i in got else "-")
