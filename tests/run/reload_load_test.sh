#!/bin/sh
# Reloads and kill -9 under load.  Reloads: no query is lost, every answer is right, none is stale
# after a reload was acknowledged, memory stays.  kill -9: back with the last good list in the time of
# a load; a half-written file is never read.  LOAD=long: 1,000 reloads, 50 kills (make load).
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
if [ "${LOAD:-}" = long ]; then reloads=1000 kills=50; else reloads=100 kills=8; fi
port=$((20000 + $$ % 20000))
configuration ''
sed -i -e "s/^listen.*/listen = [ \"127.0.0.1:$port\" ];/" \
	-e "s|files = .*\]; action|files = [ \"$TMP/list/*.zone\" ]; action|" "$TMP/responder.conf"
mkdir "$TMP/list"
"$B/bin/cordon" predict --family conficker-c --from 2009-05-15 >"$TMP/names"
for v in a b; do
	{ cat "$TMP/names"; echo sink.example; echo only-$v.example; } >"$TMP/$v.txt"
	"$B/bin/cordon" build --feed test --output "$TMP/$v.zone" "$TMP/$v.txt" >/dev/null 2>&1 || exit 1
done
put() { cp "$TMP/$1.zone" "$TMP/list/new.tmp" && mv "$TMP/list/new.tmp" "$TMP/list/list.zone"; }
put a
responder --config "$TMP/responder.conf" || exit 1

# As fast as it goes: what was sent, what came back, and whether it was what it must be.
for i in $(seq 500); do echo 'sink.example A'; echo 'other.example A'; done >"$TMP/queries"
load_start() { dnsperf -s 127.0.0.1 -p $port -d "$TMP/queries" -l 600 -c 4 -q 64 -t "$1" >"$TMP/dnsperf" 2>&1 & LOAD_PID=$!; PIDS="$PIDS $LOAD_PID"; }
load_stop() { kill -INT $LOAD_PID; wait $LOAD_PID; }
field() { sed -n "s/.*$1: *\([0-9]*\).*/\1/p" "$TMP/dnsperf"; }

load_start 5
/usr/bin/python3 - "$CTL" $port $reloads "$TMP" >"$TMP/reloads" <<'PY'
import json, os, shutil, socket, sys, time

ctl, port, reloads, tmp = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]


def ask(*words):
    s = socket.socket(socket.AF_UNIX)
    s.connect(ctl)
    s.sendall(" ".join(words).encode() + b"\n")
    data = b""
    while chunk := s.recv(65536):
        data += chunk
    return json.loads(data)


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", port))
udp.settimeout(3)


def rcode(name):
    udp.send(os.urandom(2) + b"\1\0\0\1\0\0\0\0\0\0" + b"".join(bytes([len(l)]) + l for l in name.split(b".")) + b"\0\0\1\0\1")
    return udp.recv(4096)[3] & 15


stale, rss, worst = 0, [], 0.0
for i in range(reloads):
    now, before = ("b", "a") if i % 2 == 0 else ("a", "b")
    shutil.copy(f"{tmp}/{now}.zone", f"{tmp}/list/new.tmp")
    os.rename(f"{tmp}/list/new.tmp", f"{tmp}/list/list.zone")
    start = time.monotonic()
    job = ask("reload")["job"]
    while not (r := ask("job", str(job))).get("done"):
        time.sleep(0.002)
    assert r["ok"], r
    worst = max(worst, time.monotonic() - start)
    stale += rcode(f"only-{now}.example".encode()) != 0
    stale += rcode(f"only-{before}.example".encode()) != 5
    if i % 10 == 9:
        rss.append(ask("status")["rss-bytes"])
half = len(rss) // 2
print(stale, max(rss[:half]), max(rss[half:]), int(worst * 1000))
PY
load_stop
set -- $(cat "$TMP/reloads")
same "$reloads reloads: answers that were stale" 0 "${1:-?}"
check "resident memory, most in the first half and in the second: $2, $3" [ "$3" -lt $(($2 + $2 / 10)) ]
same "beside $(field 'Queries sent') queries, $(field 'Queries per second') a second; a reload took $4 ms at most; lost" 0 "$(field 'Queries lost')"
check 'every answer was right' grep -qE 'NOERROR [0-9]+ \((49|50)\.[0-9]+%\), REFUSED [0-9]+ \((49|50)\.' "$TMP/dnsperf"
check 'TERM ends it' responder_stop

# Somebody writes lists all the time, and is killed too.
(while :; do
	"$B/bin/cordon" build --feed test --output "$TMP/list/list.zone" "$TMP/a.txt" >/dev/null 2>&1 & w=$!
	sleep 0.0$(($(od -An -N1 -tu1 /dev/urandom) % 10))
	kill -9 $w 2>/dev/null; wait $w 2>/dev/null
done) 2>/dev/null &
WRITER=$!
PIDS="$PIDS $WRITER"
wrong=0 worst=0
for k in $(seq $kills); do
	start=$(date +%s%N)
	responder --config "$TMP/responder.conf" || { wrong=$((wrong + 1)); continue; }
	ms=$((($(date +%s%N) - start) / 1000000))
	[ $ms -gt $worst ] && worst=$ms
	[ "$(counter .lists.0.entries)" = "$(wc -l <"$TMP/a.txt")" ] || wrong=$((wrong + 1))
	[ "$(kdig +short +timeout=2 +retry=0 -p $port @127.0.0.1 only-a.example A | sort | head -1)" = 192.0.2.1 ] || wrong=$((wrong + 1))
	kill -9 "$RESPONDER"; wait "$RESPONDER" 2>/dev/null
done
kill -9 $WRITER; wait $WRITER 2>/dev/null
same "$kills times kill -9: starts without the whole list" 0 $wrong
check "back after $worst ms at most" [ $worst -lt 2000 ]
check 'a half-written file never had a list'"'"'s name' [ "$(ls "$TMP/list" | grep -c '\.zone$')" = 1 ]
