# forge.py FOLDER: out of FOLDER's well-made updates (good.tar, one.tar with its first signature only,
# later.tar with a second signature of the first key, other.tar of another feed) makes what an
# attacker could, FOLDER/NAME.tar for each name of the table below.
import gzip, io, sys, tarfile

folder = sys.argv[1]


def read(name):
    with tarfile.open(f'{folder}/{name}') as t:
        return [(m.name, t.extractfile(m).read().decode()) for m in t]


def pack(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT) as t:
        for name, text in members:
            m = tarfile.TarInfo(name)
            m.size = len(text.encode())
            t.addfile(m, io.BytesIO(text.encode()))
    return out.getvalue()


def part(change):
    return pack((n, change(t) if n == 'parts/ag.zone' else t) for n, t in good)


def with_end(line):
    return lambda t: t.replace('; end', line + '\n; end')


def bit(t):
    at = t.index(' 1 1 ', t.index('@ ZONEMD')) + 5
    return t[:at] + '%x' % (int(t[at], 16) ^ 1) + t[at + 1:]


def twice(name, t):
    first = {l for l in t.splitlines() if ' RRSIG ' in l}
    more = [l for l in dict(later)[name].splitlines() if ' RRSIG ' in l and l not in first]
    return with_end(more[0])(t)


def bomb():
    m = tarfile.TarInfo('MANIFEST.zone')
    m.size = 2 << 30
    out = io.BytesIO()
    with gzip.open(out, 'wb') as g:
        g.write(m.tobuf(tarfile.PAX_FORMAT))
        for _ in range(64):
            g.write(bytes(1 << 20))
    return out.getvalue()


good, one, later, other = read('good.tar'), read('one.tar'), read('later.tar'), read('other.tar')
whole = open(f'{folder}/good.tar', 'rb').read()
forged = {
    'twice': lambda: pack((n, twice(n, t)) for n, t in one),
    'bit': lambda: part(bit),
    'name-bit': lambda: part(lambda t: t.replace('name1 TXT', 'name0 TXT')),
    'outside': lambda: part(with_end('x.google.com. TXT "/"')),
    'suffix': lambda: part(lambda t: dict(good)['parts/bo.zone']),
    'feed': lambda: part(lambda t: dict(other)['parts/ag.zone']),
    'member': lambda: pack(good + good[1:2]),
    'cut': lambda: whole[:len(whole) // 2],
    'cut-part': lambda: part(lambda t: t[:len(t) // 2]),
    'behind': lambda: whole + b'x',
    'junk': lambda: b'\x1f\x8b' + bytes(range(256)) * 20,
    'bomb': bomb,
}
for name, make in forged.items():
    with open(f'{folder}/{name}.tar', 'wb') as f:
        f.write(make())
