#!/usr/bin/python3
"""differential.py PORT [QUESTIONS] - asks cordon-responder on PORT, knotd on PORT + 1 and nsd on PORT + 2 the
same, and compares. What differs must be explained by a rule below; a rule that explains nothing fails too.
differential.py --list - the rules, as docs/DIFFERENCES.md has them."""
import struct
import sys
from collections import Counter, namedtuple

import dns.message

from differential_ask import CHAOS, FLAGS, Server, ask, normal, questions

# Explains that `fields` of our answer differ from that of `server` (knot, nsd or both) where
# when(q, ours, theirs); "all": every field.
Rule = namedtuple("Rule", "key server fields reason when")

NO_QUESTION = ("two questions", "label of 64", "name too long", "pointer in the name", "pointer as the name",
               "question cut off")
AFTER_OPT = ("trailing bytes", "record missing", "two OPT")
SINKS = ("sinkhole", "nodata")
DATA = "rcode aa tc answer authority additional"
ERRORS = (1, 4, 5, 9, 16)


def ede_alone(o, t):
    """Theirs is ours with an extended error (RFC 8914), option 15, and no text behind it."""
    return o["edns"] and t["edns"] and t["edns"].options[-6:-2] == b"\0\x0f\0\2" and \
        o["edns"] == t["edns"]._replace(options=t["edns"].options[:-6])


def below_asterisk(q):
    return b"*" in q.name[1:]


RULES = [
    Rule("drop", "both", "all",
         "The action drop is silence; a name server without the zone says REFUSED.",
         lambda q, o, t: q.about[0] == "drop" and q.form in ("", "additional section") and q.opcode == 0
             and q.qclass == 1 and o["rcode"] == "silence" and t["rcode"] in (1, 4, 5, 9)),
    Rule("unlisted", "both", DATA,
         "cordon has nothing but the listed names: their parents, and what stands beside them, it refuses, "
         "where a zone of the parent has data or knows better.",
         lambda q, o, t: q.about[0] == "unlisted" and o["rcode"] == 5 and t["rcode"] in (0, 3) and t["aa"]),
    Rule("pass", "both", DATA,
         "An exception is no data: a query for it is refused, though a wildcard above it would answer.",
         lambda q, o, t: q.about[0] == "pass" and o["rcode"] == 5 and t["rcode"] in (0, 3) and t["aa"]),
    Rule("truncate", "both", DATA + " edns",
         "The action truncate sends to TCP; zones have no such data.",
         lambda q, o, t: q.about[0] == "truncate" and o["tc"] and o["rcode"] == 0 and t["rcode"] == 5),
    Rule("asterisk", "both", DATA,
         "A listed name stands for all below it; a zone's wildcard does not for names below the label * "
         "itself (RFC 4592 2.2.1).",
         lambda q, o, t: below_asterisk(q) and q.about[0] in SINKS and o["rcode"] == 0 and t["rcode"] == 3),
    Rule("nested DS", "both", "authority",
         "Each listed name is a zone that knows of none above it; a server that has the parent too answers "
         "DS from there (RFC 4035 3.1.4.1). NODATA both times.",
         lambda q, o, t: q.qtype == 43 and q.about[1] == q.name == [b"deep", b"sink", b"example"] and not
             t["answer"]),
    Rule("ANY", "both", "answer",
         "One RRset of what is there (RFC 8482 4.1); each server chooses another one.",
         lambda q, o, t: q.qtype == 255 and t["answer"] and {rr[1] for rr in o["answer"]} in ({1}, {2}, {16},
             {28}, {33})),
    Rule("static: addresses", "nsd", "additional",
         "Addresses of what NS, MX and SRV lead to come along, as from Knot; NSD with minimal-responses leaves "
         "them out.",
         lambda q, o, t: q.about[0] == "static" and q.qtype in (2, 15, 33, 255) and o["aa"] and o["answer"] and
             t.get("additional") == []),
    Rule("static: addresses twice", "knot", "additional",
         "Addresses come once, however many records lead to them.",
         lambda q, o, t: q.about[0] == "static" and o["additional"] and set(o["additional"]) ==
             set(t.get("additional", []))),
    Rule("static: glue without room", "both", DATA,
         "Where glue of servers inside the delegation has no room, TC says so (RFC 9471 3.1), as from Knot and not "
         "from NSD; which of it has room depends on how names are compressed.",
         lambda q, o, t: q.about[0] == "static" and o["tc"] and o["authority"] and
             o["authority"] == t.get("authority")),
    Rule("static: CNAME into another zone", "nsd", DATA,
         "A CNAME is followed inside of its zone, as by Knot; NSD goes on in each zone that it has.",
         lambda q, o, t: q.about[0] == "static" and {b"to-child", b"up"} & set(q.name) and len(o["answer"]) == 1 and
             o["answer"][0] in t["answer"]),
    Rule("static: types beside CNAME", "both", DATA,
         "RRSIG, NSEC and NSEC3 lead on over a CNAME like any other type (RFC 1034 4.3.2); Knot does not follow for "
         "the first two, NSD not for the third.",
         lambda q, o, t: q.about[0] == "static" and q.qtype in (46, 47, 50) and not t["answer"] and o["answer"] and
             o["answer"][0][1] == 5 and t["rcode"] == 0),
    Rule("meta types", "both", DATA + " edns",
         "AXFR, IXFR, MAILB and MAILA ask for no record of their own (RFC 1035 3.2.3), so that NODATA for them "
         "would be no news worth caching: REFUSED.",
         lambda q, o, t: 251 <= q.qtype <= 254 and o["rcode"] == 5 and t["rcode"] in (0, 3, 4, 9)),
    Rule("type 0", "knot", DATA + " edns",
         "Type 0 is reserved (RFC 6895 3.1) and exists nowhere: NODATA, NXDOMAIN or REFUSED like another "
         "type, as NSD does; Knot says NOTIMP.",
         lambda q, o, t: q.qtype == 0 and o["rcode"] in (0, 3, 5) and t["rcode"] == 4),
    Rule("extended error", "both", "edns",
         "Both add an extended error to some answers (RFC 8914, optional); cordon only those that its "
         "policy names.",
         lambda q, o, t: ede_alone(o, t)),
    Rule("class ANY", "both", DATA + " edns",
         "Class * is of no use where one class has data: REFUSED like other classes; Knot and NSD take it "
         "for IN.",
         lambda q, o, t: q.qclass == 255 and o["rcode"] == 5 and t["rcode"] in (0, 3, 4, 9)),
    Rule("opcode", "both", "rcode edns question",
         "cordon has no opcode but QUERY: NOTIMP. Knot and NSD know NOTIFY and UPDATE and refuse them for "
         "reasons of their own; Knot looks at the EDNS version first.",
         lambda q, o, t: o["rcode"] == 4 and (q.opcode in (4, 5) and t["rcode"] in (1, 3, 5, 9) or
             t["rcode"] == 16)),
    Rule("NOTIMP without OPT", "knot", "edns",
         "The form of a message of an unknown opcode is unknown, so that no OPT is looked for; NSD does "
         "the same.",
         lambda q, o, t: q.opcode and o["rcode"] == 4 and not o["edns"]),
    Rule("FORMERR with OPT", "both", "edns",
         "A question with OPT is answered with OPT (RFC 6891 6.1.1), where the OPT was read before the "
         "mistake.",
         lambda q, o, t: q.form in AFTER_OPT and o["rcode"] == t["rcode"] == 1 and o["edns"] and not
             t["edns"]),
    Rule("no question", "both", "rcode edns aa",
         "There is nothing to answer: FORMERR, and nothing behind the header is read.",
         lambda q, o, t: q.form == "no question" and o["rcode"] == 1 and t["rcode"] in (0, 1, 16)),
    Rule("FORMERR, not silence", "knot", "all",
         "Knot does not answer what has no whole question; FORMERR tells the sender that the message came "
         "(RFC 1035 4.1.1).",
         lambda q, o, t: q.form in NO_QUESTION and o["rcode"] in (1, 4) and t["rcode"] == "silence"),
    Rule("Knot reads over it", "knot", DATA + " edns",
         "Records in the sections of an answer and an OPT with an owner have no place in a query: FORMERR, "
         "as NSD says.",
         lambda q, o, t: q.form in ("answer section", "authority section", "OPT with an owner") and
             o["rcode"] == 1),
    Rule("NSD reads over it", "nsd", DATA + " edns",
         "Bytes behind the last record belong to no record: FORMERR, as Knot says.",
         lambda q, o, t: q.form == "trailing bytes" and o["rcode"] == 1),
    Rule("NSD: further records", "nsd", DATA + " edns question",
         "Additional records beside OPT and TSIG are read over, as Knot does; for NSD they are FORMERR.",
         lambda q, o, t: q.form == "additional section" and t["rcode"] == 1),
    Rule("NSD: RCODE in a query", "nsd", DATA + " edns question",
         "RCODE means nothing in a query (RFC 1035 4.1.1), so it is not looked at, as in Knot; for NSD it "
         "is FORMERR.",
         lambda q, o, t: q.rcode and t["rcode"] == 1),
    Rule("NSD: bare BADVERS", "nsd", "edns",
         "DO and NSID come back in BADVERS too (RFC 3225 3, RFC 6891 6.1.3), as from Knot.",
         lambda q, o, t: o["rcode"] == t["rcode"] == 16 and t["edns"] == o["edns"]._replace(flags=0,
             options=b"")),
    Rule("NSD: NSID twice", "nsd", "all",
         "NSID that is asked for twice is told once, as by Knot; NSD 4.6.1 then sends an OPT that is "
         "shorter than it says.",
         lambda q, o, t: q.edns and q.edns.options.count(b"\0\3\0\0") == 2 and t["rcode"] == "unreadable"),
    Rule("AA of class CH", "both", "aa",
         "What the server is called it knows with authority; Knot and NSD leave AA out.",
         lambda q, o, t: q.qclass == 3 and q.name in CHAOS and o["rcode"] == t["rcode"] == 0),
    Rule("ANY of class CH", "knot", "rcode aa answer",
         "ANY asks for TXT too, as with NSD; Knot refuses it.",
         lambda q, o, t: q.qclass == 3 and q.name in CHAOS and q.qtype == 255 and (o["rcode"],
             t["rcode"]) == (0, 5)),
    Rule("NSD: header bits stay", "nsd", "aa tc ra z ad cd",
         "AA, TC, RA, Z, AD and CD are zero in an error; NSD leaves some of them as they came.",
         lambda q, o, t: o["rcode"] in ERRORS and all(o[f] == 0 and t[f] <= q.flags >> bit & 1 for bit, f
             in FLAGS if f != "rd")),
    Rule("NSD: RD lost", "nsd", "rd",
         "RD comes back (RFC 1035 4.1.1), as from Knot; NSD clears it where there is not one question.",
         lambda q, o, t: q.form in ("no question", "two questions") and o["rd"] == q.flags >> 8 & 1 > t["rd"]),
    Rule("NSD: question left out", "nsd", "question",
         "The question comes back in errors too; NSD leaves it out of most.",
         lambda q, o, t: t.get("question") == b"" and t["rcode"] in ERRORS),
]


def differing(o, t):
    return {f for f in set(o) | set(t) if o.get(f) != t.get(f)}


def explain(q, server, o, t, fired):
    """Fields of o that differ from t without a rule."""
    left = differing(o, t)
    for rule in RULES:
        covers = left if rule.fields == "all" else left & set(rule.fields.split())
        if covers and rule.server in (server, "both") and rule.when(q, o, t):
            fired[rule.key] += 1
            left = left - covers
    return left


def text(wires):
    try:
        return "\n".join(dns.message.from_wire(w).to_text() for w in wires or []) or "silence"
    except Exception as e: # whatever cannot be read is shown as it is
        return "%r: %s" % (e, wires)


def show(q, server, left, ours, theirs):
    print("not explained: %s differ from %s; %s, %s"
          % (", ".join(sorted(left)), server, q.form or "well-formed", q))
    for name, wires in (("cordon", ours), (server, theirs)):
        print("".join("#   %s: %s\n" % (name, line) for line in text(wires).splitlines()), end="")


def put_questions(servers, asked):
    """NSD answers 100 malformed messages a second, then none; what may stay unanswered is asked once more,
    lest a lost packet passes for silence."""
    plain = [q for q in asked if not (q.form or q.opcode or q.rcode)]
    ask(servers, [q for q in plain if q.about[0] != "drop"], 128, 1.0)
    ask(servers, [q for q in plain if q.about[0] == "drop"], 256, 0.15)
    ask(servers, [q for q in asked if q.form or q.opcode or q.rcode], 90, 0.15, 1.05)
    ask(servers, [q for q in asked if any(q.number not in s.answers for s in servers)], 90, 0.15)


def read(wires):
    try:
        return normal(wires)
    except (AssertionError, IndexError, struct.error):
        return {**normal(None), "rcode": "unreadable"}


def table():
    print("| what | beside | why |\n|---|---|---|")
    for rule in RULES:
        beside = {"both": "Knot, NSD", "knot": "Knot", "nsd": "NSD"}[rule.server]
        print("| %s | %s | %s |" % (rule.key, beside, rule.reason))
    return 0


def main():
    if sys.argv[1:] == ["--list"]:
        return table()
    port, n = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 40000
    asked = list(questions(n))
    servers = [Server(port + k) for k in range(3)]
    put_questions(servers, asked)
    fired, equal, failures = Counter(), Counter(), 0
    for q in asked:
        ours, *others = [read(s.answers.get(q.number)) for s in servers]
        explained = 0
        for server, theirs, at in zip(("knot", "nsd"), others, servers[1:]):
            explained += ours != theirs
            equal[server] += ours == theirs
            left = explain(q, server, ours, theirs, fired)
            if left:
                failures += 1
                if failures <= 20:
                    show(q, server, left, servers[0].answers.get(q.number), at.answers.get(q.number))
        equal["both"] += not explained
    print("%d questions; equal to knot %d, to nsd %d, to both %d; %d differences without a rule"
          % (n, equal["knot"], equal["nsd"], equal["both"], failures))
    print("%d of them are for static zones" % sum(q.about[0] == "static" for q in asked))
    for rule in RULES:
        print("%6d  %s (%s)" % (fired[rule.key], rule.key, rule.server))
    dead = [rule.key for rule in RULES if not fired[rule.key]]
    if dead:
        print("rules that explain nothing: " + ", ".join(dead))
    return 1 if failures or dead or n < 20000 else 0


if __name__ == "__main__":
    sys.exit(main())
