"""notify.py PORT SECRET ZONE [unsigned | forged | storm N]: sends NOTIFY, prints the answers' RCODE."""
import base64, socket, sys
import dns.flags, dns.message, dns.opcode, dns.rcode, dns.tsig, dns.tsigkeyring

port, secret, zone = int(sys.argv[1]), sys.argv[2], sys.argv[3]
how = sys.argv[4] if len(sys.argv) > 4 else ""
if how == "forged":
    secret = base64.b64encode(b"x" * 32).decode()
ring = dns.tsigkeyring.from_text({"ag.": secret})
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(5)
sock.connect(("127.0.0.1", port))


def ask():
    m = dns.message.make_query(zone, "SOA")
    m.set_opcode(dns.opcode.NOTIFY)
    m.flags = dns.flags.AA | dns.opcode.to_flags(dns.opcode.NOTIFY)
    if how != "unsigned":
        m.use_tsig(ring, keyname="ag.", algorithm=dns.tsig.HMAC_SHA256)
    for _ in range(4):
        sock.send(m.to_wire())
        try:
            got = sock.recv(4096)
        except socket.timeout:
            continue
        try:
            r = dns.message.from_wire(got, keyring=ring, request_mac=m.mac)
            assert how == "unsigned" or r.had_tsig
            return dns.rcode.to_text(r.rcode())
        except (dns.tsig.PeerError, dns.message.UnknownTSIGKey):
            return dns.rcode.to_text(got[3] & 15)
    return "silence"


if how == "storm":
    answers = [ask() for _ in range(int(sys.argv[5]))]
    print(len(answers), *sorted(set(answers)))
else:
    print(ask())
