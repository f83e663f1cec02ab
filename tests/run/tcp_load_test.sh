#!/bin/sh
# Idle and slow TCP clients from many addresses, against default limits: UDP goes on as before, a new
# TCP client is answered within a second, memory stays.  LOAD=long: 100,000 idle ones (make load).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
here=$(dirname "$0")
if [ "${LOAD:-}" = long ]; then idle=100000 slow=1000 seconds=25; else idle=20000 slow=300 seconds=6; fi
RATE=10000
veth
ip -n "$NS_B" addr add 198.18.0.2/24 dev vb
ip -n "$NS_B" route add 198.19.0.0/16 via 198.18.0.1
ip -n "$NS_A" route add local 198.19.0.0/16 dev lo
in_a sysctl -qw net.ipv4.ip_local_port_range='1024 65000'
configuration ''
sed -i 's/^listen.*/listen = [ "198.18.0.2:53" ];/' "$TMP/responder.conf"
responder --in "$NS_B" --config "$TMP/responder.conf" || exit 1
yes 'sink.example A' | head -1000 >"$TMP/queries"
udp() { # SECONDS: queries lost, and the mean latency in us
	in_a dnsperf -s 198.18.0.2 -d "$TMP/queries" -Q $RATE -l "$1" -t 2 >"$TMP/dnsperf" 2>&1
	sed -n 's/.*Queries lost: *\([0-9]*\).*/\1/p; s/.*Average Latency (s): *\([0-9.]*\).*/\1/p' "$TMP/dnsperf" | tr '\n' ' '
}
tcp() { # every 0.2 s: how long a new client waits for its answer, ms
	in_a /usr/bin/python3 -c '
import socket, sys, time
query = b"\0\36\0\7\1\0\0\1\0\0\0\0\0\0\4sink\7example\0\0\1\0\1"
worst, bad, n, end = 0.0, 0, 0, time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    start = time.monotonic()
    try:
        s = socket.create_connection(("198.18.0.2", 53), 3)
        s.settimeout(3)
        s.sendall(query)
        bad += len(s.recv(4096)) < 30
        s.close()
    except OSError:
        bad += 1
    worst = max(worst, time.monotonic() - start)
    n += 1
    time.sleep(0.2)
print(n, bad, int(worst * 1000))' "$1"
}
set -- $(udp 2)
same "alone: UDP queries lost at $RATE a second (mean latency $2 s)" 0 "$1"
before=$(counter .rss-bytes)
in_a "$here/tcp_load.py" 198.18.0.2 53 $idle $slow $seconds >"$TMP/clients" &
PIDS="$PIDS $!" clients=$!
sleep 1
tcp $((seconds - 2)) >"$TMP/tcp" &
PIDS="$PIDS $!" probe=$!
set -- $(udp $((seconds - 2)))
same "beside them: UDP queries lost at $RATE a second (mean latency $2 s)" 0 "$1"
wait $probe
open=$(counter .tcp-clients)
wait $clients
set -- $(cat "$TMP/tcp")
same "beside them: of $1 new TCP clients not answered" 0 "$2"
check "beside them: a new TCP client waited $3 ms at most" [ "$3" -lt 1000 ]
check "connections at a time: $open" [ "$open" -le 1024 ]
check "all were tried: $(cat "$TMP/clients")" grep -q "\"idle\": $idle" "$TMP/clients"
after=$(counter .rss-bytes)
check "resident memory: $before, then $after" [ "$after" -lt $((before + 64 * 1048576)) ]
check 'TERM ends it' responder_stop
