#!/usr/bin/python3
"""differential_world.py DIR PORT - the same data three times: a configuration with lists for
cordon-responder (on PORT), zones and configurations for knotd (PORT + 1) and nsd (PORT + 2).

A sinkholed name is the apex of a zone with a wildcard below. A blocked name is one that its parent's
zone does not have; a name without data is an empty non-terminal there, and so is the wildcard below; a
referred name is a delegation there. Zones of our own (differential_static.py) are the same files for all."""
import os
import sys

import differential_static as static

POLICIES = {
    "sinkhole": {"ttl": 300, "negative": 60, "a": ["192.0.2.1", "192.0.2.2"], "aaaa": ["2001:db8::1"],
                 "ns": ["ns1.sinkhole.test", "ns2.sinkhole.test"], "txt": ["sinkholed; ask us"]},
    "brief": {"ttl": 60, "negative": 900, "a": ["192.0.2.9"], "aaaa": [], "ns": ["ns.brief.test"], "txt": []},
    "null": {"ttl": 0, "negative": 0, "a": [], "aaaa": ["2001:db8::b"], "ns": ["ns.null.test"], "txt": []},
    "large": {"ttl": 300, "negative": 300, "a": ["198.51.100.%d" % i for i in range(1, 9)],
              "aaaa": ["2001:db8::a:%d" % i for i in range(1, 9)],
              "ns": ["ns%d.large.test" % i for i in range(1, 9)], "txt": [c * 200 for c in "xyz"]},
}
# Listed: policy (a feed each, in this order), name, action.
LISTED = [
    ("brief", "short.example", "sinkhole"),
    ("brief", "deep.sink.example", "sinkhole"),
    ("brief", "blocked.biz", "nxdomain"),
    ("brief", "empty.biz", "nodata"),
    ("null", "null.info", "sinkhole"),
    ("large", "large.org", "sinkhole"),
    ("sinkhole", "sink.example", "sinkhole"),
    ("sinkhole", "xn--bcher-kva.example", "sinkhole"),
    ("sinkhole", "four.labels.deep.net", "sinkhole"),
    ("sinkhole", "0123456789-0123456789-0123456789-0123456789-0123456789-01234567.ws", "sinkhole"),
    ("sinkhole", "blocked.com.mx", "nxdomain"),
    ("sinkhole", "other.com.mx", "nxdomain"),
    ("sinkhole", "empty.nl", "nodata"),
    ("sinkhole", "refused.cc", "refuse"),
    ("sinkhole", "silent.tv", "drop"),
    ("sinkhole", "over-tcp.cc", "truncate"),
    ("sinkhole", "referred.se", "refer"),
    ("sinkhole", "pass.sink.example", "pass"),
]
WINDOWS = [("may.cn", "2009-05-15,2009-05-16"), ("april.cn", "2009-04-01,2009-05-01")]  # it is 2009-05-15


def soa(p):
    return "%s. hostmaster.%s. 7 3600 900 604800 %d" % (p["ns"][0], p["ns"][0], p["negative"])


def apex(p):
    return ["$TTL %d" % p["ttl"], "@ SOA " + soa(p)] + ["@ NS %s." % n for n in p["ns"]]


def sinkhole(p):
    return apex(p) + ["%s %s %s" % (owner, rtype, value) for owner in ("@", "*")
                      for rtype, values in (("A", p["a"]), ("AAAA", p["aaaa"]),
                                            ("TXT", ['"%s"' % t for t in p["txt"]])) for value in values]


def zones():
    """Zone name -> lines."""
    out = {"may.cn": sinkhole(POLICIES["sinkhole"])}
    for policy, name, action in LISTED:
        if action == "sinkhole":
            out[name] = sinkhole(POLICIES[policy])
        elif action in ("nxdomain", "nodata", "refer"):
            label, parent = name.split(".", 1)
            out.setdefault(parent, apex(POLICIES[policy]))
            if action == "nodata":
                out[parent].append("none.*.%s TXT none" % label)
            elif action == "refer":
                out[parent] += ["%s NS %s." % (label, n) for n in POLICIES[policy]["ns"]]
    return out


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def texts(values):
    return "[ %s ]" % ", ".join('"%s"' % v for v in values)


def cordon(top, port):
    conf = ["zones = (" + ", ".join('{ origin = "%s"; file = "%s/%s.zone"; }' % (z, top, z) for z in static.ZONES) + ");",
            'control = "%s/control.sock"; now = "2009-05-15"; nsid = "one of three"; identity = "differential"; '
            'version = "1.2.3"; listen = [ "127.0.0.1:%d" ];' % (top, port),
            "policies = (" + ",\n".join(
                '{ name = "%s"; ttl = %d; negative-ttl = %d; serial = 7; a = %s; aaaa = %s; ns = %s; txt = %s; }'
                % (n, p["ttl"], p["negative"], *(texts(p[k]) for k in ("a", "aaaa", "ns", "txt")))
                for n, p in POLICIES.items()) + ");",
            "feeds = (" + ",\n".join(
                '{ name = "%s"; files = [ "%s/%s.csv" ]; action = "sinkhole"; policy = "%s"; }'
                % (n, top, n, n) for n in ("brief", "null", "large", "sinkhole")) + ");"]
    write(top + "/responder.conf", "\n".join(conf) + "\n")
    for policy in POLICIES:
        rows = ["%s,,,%s," % (name, action) for p, name, action in LISTED if p == policy]
        if policy == "sinkhole":
            rows += ["%s,%s,," % (name, window) for name, window in WINDOWS] + ["%s,,,," % static.LISTED]
        write("%s/%s.csv" % (top, policy), "\n".join(["name,from,until,action,comment"] + rows) + "\n")


def served():
    return list(zones()) + list(static.ZONES)


def knot(top, port):
    os.makedirs(top + "/knot", exist_ok=True)
    write(top + "/knot.conf", """server:
    rundir: "%s/knot"
    listen: 127.0.0.1@%d
    udp-max-payload: 1232
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    identity: "differential"
    version: "1.2.3"
    nsid: "one of three"
log:
  - target: stderr
    any: warning
database:
    storage: "%s/knot"
template:
  - id: default
    storage: "%s"
    file: "%%s.zone"
    zonefile-sync: -1
    journal-content: none
zone:
""" % (top, port, top, top) + "".join('  - domain: "%s"\n' % z for z in served()))


def nsd(top, port):
    os.makedirs(top + "/nsd", exist_ok=True)
    write(top + "/nsd.conf", """server:
    ip-address: 127.0.0.1@%d
    username: ""
    chroot: ""
    zonesdir: "%s"
    database: ""
    pidfile: "%s/nsd/pid"
    xfrdfile: "%s/nsd/xfrd"
    xfrdir: "%s/nsd"
    zonelistfile: "%s/nsd/zones"
    cookie-secret-file: "%s/nsd/cookies"
    ipv4-edns-size: 1232
    identity: "differential"
    version: "1.2.3"
    nsid: "ascii_one of three"
    minimal-responses: yes
    round-robin: no
    answer-cookie: no
    rrl-ratelimit: 0
remote-control:
    control-enable: no
""" % (port, top, top, top, top, top, top) +
          "".join('zone:\n    name: "%s"\n    zonefile: "%s.zone"\n' % (z, z) for z in served()))


def main():
    top, port = sys.argv[1], int(sys.argv[2])
    cordon(top, port)
    for name, lines in zones().items():
        write("%s/%s.zone" % (top, name), "$ORIGIN %s.\n" % name + "\n".join(lines) + "\n")
    for name in static.ZONES:
        write("%s/%s.zone" % (top, name), static.text(name))
    knot(top, port + 1)
    nsd(top, port + 2)


if __name__ == "__main__":
    main()
