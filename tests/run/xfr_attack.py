# xfr_attack.py ZONE SECRET [answers]: what an attacker may try on 127.0.0.1, and what must come of it.
# Some of it is signed with the key "tools", as if that were stolen or its holder hostile.
import socket, struct, sys, time
import dns.flags, dns.message, dns.name, dns.opcode, dns.query, dns.rcode, dns.tsig, dns.tsigkeyring

zone, secret = sys.argv[1:3]
key = dns.tsig.Key('tools.', secret, 'hmac-sha384')
wrong = dns.tsig.Key('tools.', 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB', 'hmac-sha384')
hub = ('127.0.0.1', 53)
bad = 0


def expect(about, want, got):
    global bad
    if want != got:
        bad += 1
        print(f'{about}: want {want}, got {got}')


def request(qtype='AXFR', k=key, at=0, change=None):
    m = dns.message.make_query(zone, qtype)
    m.flags = 0
    if change:
        change(m)
    if k:
        m.use_tsig(k)
        real = time.time
        time.time = lambda: real() + at
        try:
            return m.to_wire()
        finally:
            time.time = real
    return m.to_wire()


def read(s, n):
    b = b''
    while len(b) < n:
        more = s.recv(n - len(b))
        if not more:
            return b
        b += more
    return b


def tcp(wire, timeout=5):
    with socket.create_connection(hub, timeout) as s:
        s.sendall(struct.pack('!H', len(wire)) + wire)
        n = read(s, 2)
        return read(s, struct.unpack('!H', n)[0]) if len(n) == 2 else b''


def udp(wire):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(2)
        s.sendto(wire, hub)
        try:
            return s.recv(65535)
        except TimeoutError:
            return b''


# RCODE of the header, and error of the TSIG.
def outcome(answer):
    if len(answer) < 12:
        return 'silence'
    rcode = dns.rcode.to_text(answer[3] & 15)
    at = answer.rfind(b'\x0bhmac-sha384\0') + 13
    if at < 13:
        return rcode
    at += 10 + struct.unpack('!H', answer[at + 8:at + 10])[0]
    error = struct.unpack('!H', answer[at + 2:at + 4])[0]
    return rcode + ('/' + TSIG_ERRORS[error] if error else '')


TSIG_ERRORS = {16: 'BADSIG', 17: 'BADKEY', 18: 'BADTIME', 22: 'BADTRUNC'}


def mac_cut(wire, n):
    at = wire.rindex(b'\x0bhmac-sha384\0') + 13
    size = struct.unpack('!H', wire[at + 8:at + 10])[0]
    rdlen = struct.unpack('!H', wire[at - 15:at - 13])[0]
    return (wire[:at - 15] + struct.pack('!H', rdlen - size + n) + wire[at - 13:at + 8] + struct.pack('!H', n) +
            wire[at + 10:at + 10 + n] + wire[at + 10 + size:])


good = request()
expect('first', 'NOERROR', outcome(tcp(good)))
expect('replay', 'NOTAUTH/BADTIME', outcome(tcp(good)))
expect('too old', 'NOTAUTH/BADTIME', outcome(tcp(request(at=-310))))
expect('too new', 'NOTAUTH/BADTIME', outcome(tcp(request(at=310))))
expect('old but in time', 'NOERROR', outcome(tcp(request(at=-290))))
expect('wrong secret', 'NOTAUTH/BADSIG', outcome(tcp(request(k=wrong))))
flipped = bytearray(request())
flipped[13] ^= 1
expect('a bit', 'NOTAUTH/BADSIG', outcome(tcp(bytes(flipped))))
expect('half a MAC', 'NOTAUTH/BADTRUNC', outcome(tcp(mac_cut(request(), 24))))
expect('less than half', 'FORMERR', outcome(tcp(mac_cut(request(), 23))))
expect('TSIG cut off', 'REFUSED', outcome(tcp(request(k=None))))
expect('AXFR over UDP', 'FORMERR', outcome(udp(request())))
expect('IXFR without SOA', 'FORMERR', outcome(tcp(request('IXFR'))))
expect('TXT', 'REFUSED', outcome(udp(request('TXT'))))
expect('update', 'NOTIMP', outcome(udp(request(change=lambda m: m.set_opcode(dns.opcode.UPDATE)))))
expect('EDNS 7', 'NOERROR', outcome(udp(request('SOA', change=lambda m: m.use_edns(7)))))
expect('two questions', 'FORMERR', outcome(udp(good[:5] + b'\2' + good[6:])))
expect('header only', 'FORMERR', outcome(udp(good[:12])))
expect('half a header', 'silence', outcome(udp(good[:11])))
expect('response', 'silence', outcome(udp(good[:2] + b'\x80' + good[3:])))
print('all answers right' if not bad else f'{bad} answers wrong')
if 'answers' in sys.argv:
    sys.exit()

# 100 that stall: half a length, half a request, a request whose answer is not read, a TLS hand-shake.
# The third kind are fewer than the 16 transfers that a registry may have under way.
stalled = []
for i in range(100):
    # Each from an address of its own, as attackers have.
    s = socket.socket()
    s.bind((f'127.1.0.{i + 1}', 0))
    how = 1 if i % 4 == 2 and i > 48 else i % 4
    if how == 2:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    s.connect(('127.0.0.1', 853 if how == 3 else 53))
    wire = request()
    s.sendall([b'\0', struct.pack('!H', len(wire)) + wire[:20], struct.pack('!H', len(wire)) + wire, b'\x16\3'][how])
    stalled.append(s)
began = time.time()
for _ in range(20):
    expect('beside', 'NOERROR', outcome(tcp(request())))
took = (time.time() - began) / 20
print(f'served beside stalled, {took * 1000:.1f} ms each' if not bad and took < 0.5 else f'slow: {took} s')
time.sleep(5)
open_still = 0
for i, s in enumerate(stalled):
    s.settimeout(0.2)
    try:
        while s.recv(65536):
            pass
    except TimeoutError:
        open_still += 1
    except OSError:
        pass
print('stalled were cut' if not open_still else f'{open_still} are still open')
