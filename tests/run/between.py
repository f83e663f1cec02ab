# between.py PORT HUB-PORT FILE: sits between a registry's node and its hub, without any key.  Each
# connection does to the hub's messages what FILE says at that time.
import socket, struct, sys, threading, time

port, hub_port, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
TSIG = b'\x02bo\x00\x00\xfa\x00\xff'
kept = []


def messages(s):
    s.settimeout(1)
    buffer = b''
    try:
        while True:
            while len(buffer) >= 2 and len(buffer) >= 2 + struct.unpack('!H', buffer[:2])[0]:
                n = 2 + struct.unpack('!H', buffer[:2])[0]
                yield buffer[2:n]
                buffer = buffer[n:]
            more = s.recv(65536)
            if not more:
                return
            buffer += more
    except TimeoutError:
        return


def strip(m):  # RFC 8945 5.3.1: without a MAC on the last message the end is not proven
    count = struct.unpack('!H', m[10:12])[0]
    return m[:10] + struct.pack('!H', count - 1) + m[12:m.rindex(TSIG)]


def cut_mac(m):
    at = m.rindex(TSIG) + len(TSIG) + 4  # RDLENGTH
    mac = m.index(b'\x0bhmac-sha256\0', at) + 13 + 8
    size = struct.unpack('!H', m[mac:mac + 2])[0]
    rdlen = struct.unpack('!H', m[at:at + 2])[0]
    return (m[:at] + struct.pack('!H', rdlen - size + 16) + m[at + 2:mac] + struct.pack('!H', 16) +
            m[mac + 2:mac + 18] + m[mac + 2 + size:])


def old(m):
    at = m.index(b'\x0bhmac-sha256\0', m.rindex(TSIG)) + 13
    when = int.from_bytes(m[at:at + 6], 'big') - 400
    return m[:at] + when.to_bytes(6, 'big') + m[at + 6:]


def flip(m):
    at = m.index(b'/20') + 4  # a digit of a window
    return m[:at] + bytes([m[at] ^ 1]) + m[at + 1:]


changes = {
    'none': lambda all: all,
    'strip-last': lambda all: all[:-1] + [strip(all[-1])],
    'strip-all': lambda all: [strip(m) if TSIG in m else m for m in all],
    'cut-mac': lambda all: [cut_mac(m) for m in all],
    'old': lambda all: [old(m) for m in all],
    'flip': lambda all: all[:-1] + [flip(all[-1])],
    'other-key': lambda all: [m.replace(TSIG, b'\x02bx' + TSIG[3:]) for m in all],
    'replay': lambda all: [all[0][:2] + m[2:] for m in kept],
    'end-missing': lambda all: all[:-1] or [strip(all[0])],
    'twofold': lambda all: all[:1] + all,
}


def serve(c):
    how = open(path).read().strip()
    up = socket.create_connection(('127.0.0.1', hub_port), 5)
    for ask in messages(c):
        up.sendall(struct.pack('!H', len(ask)) + ask)
        all = list(messages(up))
        if how == 'keep' and sum(map(len, all)) > sum(map(len, kept)):
            kept[:] = all
        try:
            if how == 'endless':
                while True:
                    for m in all:
                        c.sendall(struct.pack('!H', len(m)) + m)
            for m in changes.get(how, changes['none'])(all):
                c.sendall(struct.pack('!H', len(m)) + m)
        except OSError:
            pass
        break
    c.close()
    up.close()


listener = socket.create_server(('127.0.0.1', port))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
