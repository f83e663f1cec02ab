"""differential_static.py - zones of our own that all three serve from the very same files, and names in them."""

LISTED = "listed.home.test"  # and yet the zone answers for it

ZONES = {
    "home.test": """
@ SOA ns1 hostmaster 2026112101 7200 900 1209600 300
@ NS ns1
@ NS ns2
@ NS ns.elsewhere.example.
@ A 192.0.2.10
@ AAAA 2001:db8::10
@ MX 10 mail
@ MX 20 mail.elsewhere.example.
@ TXT "who runs this" "ask us"
@ CAA 0 issue "ca.example"
ns1 A 192.0.2.11
ns1 AAAA 2001:db8::11
ns2 600 A 192.0.2.12
mail A 192.0.2.13
mail A 192.0.2.14
www CNAME web
web CNAME host
host A 192.0.2.15
host AAAA 2001:db8::15
host TXT plain
out CNAME outside.example.
lost CNAME nothing
lost-deeper CNAME a.b.c.nothing
to-listed CNAME listed.home.test.
to-wild CNAME any.wild
to-ent CNAME n.t.deep
to-cut CNAME x.y.sub
to-child CNAME www.child
to-apex CNAME @
*.wild A 192.0.2.16
*.wild TXT starred
*.wild MX 10 mail
named.wild TXT named
a.b.named.wild A 192.0.2.17
*.cname-wild CNAME host
*.out-wild CNAME outside.example.
*.lost-wild CNAME nothing
x.*.ent-wild TXT below-an-asterisk
e.n.t.deep TXT deep
sub NS ns.sub
sub NS ns1
sub NS ns.elsewhere.example.
ns.sub A 192.0.2.18
ns.sub AAAA 2001:db8::18
sub2 NS sub2
sub2 A 192.0.2.19
sub3 NS ns.elsewhere.example.
secure NS ns1
secure DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
child NS ns.child
ns.child A 192.0.2.20
_sip._tcp SRV 0 5 5060 host
_sip._tcp SRV 1 5 5060 ns.sub
mx-cut MX 10 ns.sub
mx-wild MX 10 any.wild
mx-many MX 10 mail
mx-many MX 20 mail
mx-many MX 30 host
ptr PTR host
hinfo HINFO "cpu" "os"
naptr NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@home.test!" .
big TXT "%s" "%s" "%s"
many NS ns1-of-many.many
many NS ns2-of-many.many
many NS ns3-of-many.many
many NS ns4-of-many.many
many NS ns5-of-many.many
many NS ns6-of-many.many
many NS ns7-of-many.many
many NS ns8-of-many.many
""" % ("a" * 250, "b" * 250, "c" * 250) +
    "".join("ns%d-of-many.many A 198.51.100.%d\nns%d-of-many.many AAAA 2001:db8::a:%d\n" % (i, i, i, i)
            for i in range(1, 9)),
    "child.home.test": """
@ SOA ns hostmaster 7 3600 900 604800 7200
@ NS ns
ns A 192.0.2.20
www CNAME host
host A 192.0.2.21
up CNAME host.home.test.
* TXT "all else"
""",
    # Nothing but an apex, and a wildcard at it.
    "bare.test": """
@ SOA ns.elsewhere.example. hostmaster.elsewhere.example. 4294967295 3600 900 604800 60
@ NS ns.elsewhere.example.
* A 192.0.2.30
""",
}


def text(zone):
    return "$ORIGIN %s.\n$TTL 3600\n%s" % (zone, ZONES[zone].lstrip())


def owners(zone):
    """Every owner, as labels; and what is asked beside and below each."""
    base = [l.encode() for l in zone.split(".")]
    seen = []
    for line in ZONES[zone].strip().splitlines():
        owner = line.split()[0]
        labels = ([] if owner == "@" else [l.encode() for l in owner.split(".")]) + base
        if labels not in seen:
            seen.append(labels)
    return base, seen


def shapes():
    out = [[b"test"], [b"beside", b"test"], [b"elsewhere", b"example"]]
    for zone in ZONES:
        base, seen = owners(zone)
        out += [[b"listed"] + base, [b"below", b"listed"] + base, [b"nothing"] + base, [b"a", b"nothing"] + base]
        for labels in seen:
            below = [[b"x"] + labels, [b"*"] + labels, [b"p", b"q"] + labels]
            above = [labels[k:] for k in range(1, len(labels) - len(base))]
            for name in [labels] + below + above + [[b"beside"] + labels[1:]]:
                if name not in out:
                    out.append(name)
    return out


def zone_of(name):
    """The zone that a name belongs to, as labels, or None."""
    best = None
    for zone in ZONES:
        base = [l.encode() for l in zone.split(".")]
        if name[len(name) - len(base):] == base and (best is None or len(base) > len(best)):
            best = base
    return best
