#!/bin/sh
# Deltas under load and under kill -9.  Under load, with reloads at work: no query is lost, every
# answer is right, none is stale once a delta was acknowledged, what is bad changes nothing.  kill -9 while deltas come and
# the list is written anew: everything that was acknowledged is in force after a restart.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
if [ "${LOAD:-}" = long ]; then deltas=500 kills=40; else deltas=40 kills=6; fi
port=$((20000 + $$ % 20000))
configuration ''
sed -i -e "s/^listen.*/listen = [ \"127.0.0.1:$port\" ];/" \
	-e "s|files = .*\]; action|files = [ \"$TMP/list/*.zone\" ]; deltas = [ \"list/*.delta\" ]; action|" "$TMP/responder.conf"
mkdir "$TMP/list"
cat >"$TMP/make.py" <<'PY'
"""Lists and deltas of them: serial s has the names of the round, and only-s.example."""
import json, os, socket

TMP, CTL, PORT = os.environ["TMP"], os.environ["CTL"], int(os.environ["PORT"])
ORIGIN, SOA = "$ORIGIN test.lists.example.\n$TTL 3600\n", "@ SOA . . {} 0 0 0 0\n"
ROUND = 2000


def names(serial):
    return [f"n{i}.r{serial % 2}.example" for i in range(ROUND)] + [f"only-{serial}.example"]


def texts(some):
    return "".join(f'{n} TXT "/"\n' for n in some)


def put(name, text):
    """As whoever makes lists has to: synced, under another name, renamed."""
    with open(f"{TMP}/list/{name}.tmp", "w") as f:
        f.write(text)
        f.flush()
        os.fsync(f.fileno())
    os.rename(f"{TMP}/list/{name}.tmp", f"{TMP}/list/{name}")


def put_list(serial):
    put("list.zone", ORIGIN + SOA.format(serial) + '@ TXT "v=cordon1" "feed=test" "suffix=."\n'
        + texts(["sink.example"] + names(serial)))


def delta(a, b, end=True):
    return (ORIGIN + SOA.format(b) + SOA.format(a) + texts(names(a)) + SOA.format(b) + texts(names(b))
            + (SOA.format(b) if end else ""))


def put_delta(a, b):
    put(f"{b:08}.delta", delta(a, b))


def ask(*words):
    s = socket.socket(socket.AF_UNIX)
    s.connect(CTL)
    s.sendall(" ".join(words).encode() + b"\n")
    data = b""
    while chunk := s.recv(65536):
        data += chunk
    return json.loads(data)


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", PORT))
udp.settimeout(10)


def listed(name):
    wire = b"".join(bytes([len(l)]) + l for l in name.encode().split(b"."))
    udp.send(os.urandom(2) + b"\1\0\0\1\0\0\0\0\0\0" + wire + b"\0\0\1\0\1")
    return udp.recv(4096)[3] & 15 == 0
PY
export TMP CTL PORT=$port PYTHONPATH="$TMP" PYTHONDONTWRITEBYTECODE=1
python() { /usr/bin/python3 "$@"; }
python -c 'from make import *; put_list(1)'
responder --config "$TMP/responder.conf" || exit 1

# As fast as it goes: what was sent, what came back, and whether it was what it must be.
for i in $(seq 500); do echo 'sink.example A'; echo 'other.example A'; done >"$TMP/queries"
dnsperf -s 127.0.0.1 -p $port -d "$TMP/queries" -l 600 -c 4 -q 64 -t 10 >"$TMP/dnsperf" 2>&1 &
LOAD_PID=$!
PIDS="$PIDS $LOAD_PID"
field() { sed -n "s/.*$1: *\([0-9]*\).*/\1/p" "$TMP/dnsperf"; }
python - $deltas >"$TMP/deltas" <<'PY'
import sys
from make import *

stale, taken, job, rss, most = 0, 0, 0, [], int(sys.argv[1])
for s in range(1, most + 1):
    if s % 3 == 0:  # a load that reads the list before this delta, and ends behind it
        job = ask("reload")["job"]
    put_delta(s, s + 1)
    r = ask("deltas")
    # A load may have taken it first.
    assert r["ok"] and r["added"] == r["removed"] == r["files"] * (ROUND + 1), r
    taken += r["files"]
    for name in names(s + 1)[-1], names(s + 1)[0], names(s + 1)[ROUND - 1]:
        stale += not listed(name)
    for name in names(s)[-1], names(s)[0], names(s)[ROUND - 1]:
        stale += listed(name)
    if s == most // 2:
        put_list(s + 1)
        for old in range(2, s + 2):
            os.unlink(f"{TMP}/list/{old:08}.delta")
    if s % 3 == 2:
        while job and not ask("job", str(job)).get("done"):
            pass
        rss.append(ask("status")["rss-bytes"])
half = len(rss) // 2
print(stale, max(rss[:half]), max(rss[half:]), taken)
PY
set -- $(cat "$TMP/deltas")
same "$deltas deltas: answers that were stale" 0 "${1:-?}"
check "into lists in force, others by loads: ${4:-?}" [ "${4:-0}" -gt 0 ]
check "resident memory, most in the first half and in the second: $2, $3" [ "$3" -lt $(($2 + $2 / 10)) ]

# Bad ones change nothing, each for its own reason.
python - $deltas >"$TMP/bad" <<'PY'
import sys
from make import *

at = int(sys.argv[1]) + 1
put_list(at)
for f in os.listdir(f"{TMP}/list"):
    if f.endswith(".delta"):
        os.unlink(f"{TMP}/list/{f}")
for text in (
    delta(at, at + 1, end=False),
    delta(at, at + 1)[:-40],
    delta(at + 1, at + 2),
    delta(at - 1, at + 1),
    delta(at, at + 1).replace(f"only-{at}.", "only-0."),
    delta(at, at + 1).replace(f"only-{at + 1}.", f"n0.r{(at + 1) % 2}."),
    delta(at, at + 1).replace('n7.r0.example TXT "/"', "n7.r0.example A 192.0.2.1"),
    delta(at, at + 1).replace("test.lists", "other.lists"),
    os.urandom(3000).decode("latin-1"),
):
    put("bad.delta", text)
    r, st = ask("deltas"), ask("status")
    good = not r["ok"] and r["files"] == 0 and r["errors"] and "bad.delta" in r["error"]
    good &= listed(names(at)[0]) and listed(names(at)[-1]) and not listed(names(at + 1)[0])
    good &= st["lists"][0]["serial"] == at and st["lists"][0]["entries"] == ROUND + 2
    print("good" if good else f"bad: {r}")
job = ask("reload")["job"]
while not (r := ask("job", str(job))).get("done"):
    pass
print("good" if not r["ok"] and listed(names(at)[0]) else f"bad: {r}")
PY
same 'bad deltas, and a reload with one, are refused and change nothing' 'good: 10' "$(sort "$TMP/bad" | uniq -c | awk '{print $2 ": " $1}')"
serial=$(counter .lists.0.serial)
responder_stop
responder --config "$TMP/responder.conf"
same 'one that is there at a start does not keep it from starting' "$serial" "$(counter .lists.0.serial)"
check 'and is named' grep -q 'bad.delta' "$TMP/responder.log"
rm "$TMP/list/bad.delta"
kill -INT $LOAD_PID; wait $LOAD_PID
same "beside $(field 'Queries sent') queries, lost" 0 "$(field 'Queries lost')"
check 'every answer was right' grep -qE 'NOERROR [0-9]+ \((49|50)\.[0-9]+%\), REFUSED [0-9]+ \((49|50)\.' "$TMP/dnsperf"

# reload --deltas, and cordon delta, which makes them.
python - $deltas <<'PY'
import sys
from make import *
at = int(sys.argv[1]) + 1
os.rename(f"{TMP}/list/list.zone", f"{TMP}/old.zone")
put_list(at + 1)
os.rename(f"{TMP}/list/list.zone", f"{TMP}/new.zone")
os.link(f"{TMP}/old.zone", f"{TMP}/list/list.zone")
PY
check 'cordon delta' "$B/bin/cordon" delta "$TMP/old.zone" "$TMP/new.zone" --output "$TMP/list/made.delta"
same 'cordon reload --deltas' "1 deltas: 2001 entries added, 2001 removed" "$("$B/bin/cordon" reload --deltas --socket "$CTL" | sed 's/, in .*//')"
same 'the same again: nothing' "0 deltas: 0 entries added, 0 removed" "$("$B/bin/cordon" reload --deltas --socket "$CTL" | sed 's/, in .*//')"
check 'a delta back is none' sh -c "! '$B/bin/cordon' delta '$TMP/new.zone' '$TMP/old.zone' >'$TMP/back' && [ ! -s '$TMP/back' ]"
check 'TERM ends it' responder_stop

# Deltas come all the time, every fifth time the list is written anew and the deltas go; the
# responder is killed.  What was acknowledged must be there, or what is newer.
rm -f "$TMP"/list/*.delta
python -c 'from make import *; put_list(1)'
python - >"$TMP/writer" 2>&1 <<'PY' &
import time
from make import *

s = 1
while not os.path.exists(f"{TMP}/enough"):
    put_delta(s, s + 1)
    s += 1
    try:
        r = ask("deltas")
        serial = ask("status")["lists"][0]["serial"]
    except (OSError, ValueError):
        serial = 0
    if serial == s:
        with open(f"{TMP}/acknowledged.tmp", "w") as f:
            f.write(str(s))
        os.rename(f"{TMP}/acknowledged.tmp", f"{TMP}/acknowledged")
    if s % 5 == 0:
        put_list(s)
        for f in os.listdir(f"{TMP}/list"):
            if f.endswith(".delta") and int(f[:8]) <= s - 5:  # a load may have read the list before
                os.unlink(f"{TMP}/list/{f}")
    time.sleep(0.01)
PY
WRITER=$!
PIDS="$PIDS $WRITER"
wrong=0 moved=0
for k in $(seq $kills); do
	responder --config "$TMP/responder.conf" || { wrong=$((wrong + 1)); continue; }
	before=$(cat "$TMP/acknowledged" 2>/dev/null || echo 1)
	for i in $(seq 200); do
		[ "$(cat "$TMP/acknowledged" 2>/dev/null || echo 1)" -gt $((before + k % 4)) ] && break
		sleep 0.05
	done
	after=$(cat "$TMP/acknowledged" 2>/dev/null || echo 1)
	[ "$after" -gt "$before" ] && moved=$((moved + 1))
	kill -9 "$RESPONDER"; wait "$RESPONDER" 2>/dev/null
	acknowledged=$(cat "$TMP/acknowledged" 2>/dev/null || echo 1)
	responder --config "$TMP/responder.conf" || { wrong=$((wrong + 1)); continue; }
	[ "$(counter .lists.0.serial)" -ge "$acknowledged" ] || wrong=$((wrong + 1))
	[ "$(counter .lists.0.entries)" = 2002 ] || wrong=$((wrong + 1))
	kill -9 "$RESPONDER"; wait "$RESPONDER" 2>/dev/null
done
touch "$TMP/enough"; wait $WRITER 2>/dev/null
same "$kills times kill -9 between deltas: starts that lack what was acknowledged" 0 $wrong
check 'deltas were acknowledged in between' [ $moved -gt 0 ]
same 'the writer had no trouble' '' "$(cat "$TMP/writer")"
