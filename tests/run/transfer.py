"""Requests for zones with TSIG, and what answers them, of just the form that the hub has: for load.

transfer.py PORT KEY SERIAL ZONE...  fetches the change of each zone since SERIAL, and counts."""
import base64, hashlib, hmac, random, socket, struct, sys, time

SECRET = base64.b64decode("bm90IGEgc2VjcmV0LCBidXQgMzIgYnl0ZXMgbG9uZyE=")
HMAC = b"\x0bhmac-sha256\x00"


def wire(text):
    return b"".join(bytes([len(l)]) + l.encode() for l in text.split(".") if l) + b"\x00"


def signed(message, key):
    when = struct.pack("!HIH", 0, int(time.time()), 300)
    covered = message + wire(key) + struct.pack("!HI", 255, 0) + HMAC + when + b"\0\0\0\0"
    mac = hmac.new(SECRET, covered, hashlib.sha256).digest()
    rdata = HMAC + when + struct.pack("!H", len(mac)) + mac + message[:2] + b"\0\0\0\0"
    rr = wire(key) + struct.pack("!HHIH", 250, 255, 0, len(rdata)) + rdata
    return message[:10] + struct.pack("!H", 1 + struct.unpack("!H", message[10:12])[0]) + message[12:] + rr


def skip_name(m, at):
    while m[at]:
        if m[at] >= 192:
            return at + 2
        at += m[at] + 1
    return at + 1


class Transfer:
    """Reads the messages of an AXFR or IXFR; `serial` is set when it is whole."""
    def __init__(self):
        self.n = self.news = self.records = 0
        self.first = self.serial = None
        self.is_ixfr = False

    def add(self, m):
        rcode, questions, answers = m[3] & 15, *struct.unpack("!HH", m[4:8])
        if rcode:
            raise ConnectionError(f"rcode {rcode}")
        at = 12
        for _ in range(questions):
            at = skip_name(m, at) + 4
        for _ in range(answers):
            at = skip_name(m, at)
            kind, length = struct.unpack("!H6xH", m[at:at + 10])
            at += 10
            if kind == 6:
                self.soa(struct.unpack("!I", m[at + length - 20:at + length - 16])[0])
            else:
                self.records += 1
            self.n += 1
            at += length

    def soa(self, serial):
        if self.n == 0:
            self.first = serial
        elif self.n == 1:
            self.is_ixfr = True
        self.news += serial == self.first
        if self.n and serial == self.first and self.news == (3 if self.is_ixfr else 2):
            self.serial = serial


def request(zone, key, serial):
    """AXFR, or IXFR since serial if that is not None."""
    ixfr = serial is not None
    m = struct.pack("!HHHHHH", random.getrandbits(16), 0, 1, 0, ixfr, 0) + wire(zone)
    m += struct.pack("!HH", 251 if ixfr else 252, 1)
    if ixfr:
        m += b"\xc0\x0c" + struct.pack("!HHIH", 6, 1, 0, 22) + b"\0\0" + struct.pack("!5I", serial, 0, 0, 0, 0)
    return signed(m, key)


def main():
    port, key, serial = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    size = records = whole = 0
    for zone in sys.argv[4:]:
        m, t = request(zone, key, serial), Transfer()
        with socket.create_connection(("127.0.0.1", port)) as s, s.makefile("rb") as f:
            s.sendall(struct.pack("!H", len(m)) + m)
            while t.serial is None:
                n = struct.unpack("!H", f.read(2))[0]
                size += 2 + n
                t.add(f.read(n))
        records += t.records
        whole += not t.is_ixfr
    print(size, records, whole)


if __name__ == "__main__":
    main()
