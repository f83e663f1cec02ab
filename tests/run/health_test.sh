#!/bin/sh
# health, drain, the drain file, log-reopen, top, and the service manager's watchdog.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
port=$((20000 + $$ % 20000))
cordon() { command=$1; shift; "$B/bin/cordon" "$command" --socket "$CTL" "$@"; }
health() { # WANT-STATUS WANT-TEXT ABOUT
	cordon health >"$TMP/health.out" 2>&1
	same "$3: status" "$1" $?
	check "$3: text" grep -q -- "$2" "$TMP/health.out"
}
answers() { [ "$(kdig +short +timeout=2 +retry=0 -p $port @127.0.0.1 w.sink.example A | sort | head -1)" = 192.0.2.1 ]; }
configuration "log-file = \"own.log\"; drain-file = \"drained\";"
sed -i "s/^listen.*/listen = [ \"127.0.0.1:$port\", \"[::1]:$port\" ];/" "$TMP/responder.conf"

# What a service manager would be told.
/usr/bin/python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode(), flush=True)' "$TMP/notify" >"$TMP/notified" &
PIDS="$PIDS $!"
until [ -S "$TMP/notify" ]; do sleep 0.05; done
export NOTIFY_SOCKET="$TMP/notify" WATCHDOG_USEC=400000
responder --config "$TMP/responder.conf" || exit 1
unset NOTIFY_SOCKET WATCHDOG_USEC

health 0 '^healthy$' healthy
same 'health as JSON' healthy "$(cordon health --json | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["state"])')"
check 'drain' cordon drain
health 2 '^drained$' drained
check 'drained: queries are answered' answers
check 'undrain' cordon undrain
health 0 '^healthy$' undrained
: >"$TMP/drained"
health 2 '^drained$' 'the drain file'
check 'undrain says that the file is there' sh -c "! '$B/bin/cordon' undrain --socket '$CTL' 2>'$TMP/out'; grep -q '$TMP/drained exists' '$TMP/out'"
rm "$TMP/drained"
health 0 '^healthy$' 'without the drain file'
cp "$TMP/list.csv" "$TMP/good.csv"
echo 'a..b,,,,' >>"$TMP/list.csv"
cordon reload >/dev/null 2>&1
health 1 'the last reload failed' 'a reload that failed'
printf 'old.example,2009-05-01,2009-05-15,,\n' >"$TMP/list.csv"
check 'reload of a list that is over' cordon reload
health 1 'feed test is over: no entry holds since 2009-05-15' 'a list that is over'
cp "$TMP/good.csv" "$TMP/list.csv"
check 'reload' cordon reload
health 0 '^healthy$' 'the good list again'

check 'the log is in its file' grep -q 'notice ready' "$TMP/own.log"
mv "$TMP/own.log" "$TMP/own.log.1"
check 'log-reopen' cordon log-reopen
check 'and then in a new one' grep -q 'notice log-reopened' "$TMP/own.log"
mv "$TMP/own.log" "$TMP/own.log.2" && mkdir "$TMP/own.log"
check 'where it cannot be opened: refused' sh -c "! '$B/bin/cordon' log-reopen --socket '$CTL'"
cordon drain >/dev/null; cordon undrain >/dev/null
check 'and goes on where it was' grep -q undrained "$TMP/own.log.2"

for i in $(seq 2000); do echo "sink.example A"; echo "other.example A"; done >"$TMP/queries"
dnsperf -s 127.0.0.1 -p $port -d "$TMP/queries" -Q 1000 -l 3 >/dev/null 2>&1 &
load=$!
PIDS="$PIDS $load"
sleep 0.5
cordon top --once --interval 1 --json >"$TMP/top"
check 'top: half of the queries are for the feed' /usr/bin/python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
assert 700 < r["queries"] < 1300, r
assert abs(r["feed"]["test"] - r["queries"] / 2) < 150, r
assert abs(r["rcode"]["refused"] - r["queries"] / 2) < 150, r
assert abs(r["way"]["action-sinkhole"] - r["feed"]["test"]) < 50, r' "$TMP/top"
check 'top: for people' sh -c "'$B/bin/cordon' top --once -i 0.3 --socket '$CTL' | grep -q '^action-sinkhole'"
wait $load

check 'the service manager was told' grep -qx 'READY=1' "$TMP/notified"
check 'and the watchdog fed' [ "$(grep -cx 'WATCHDOG=1' "$TMP/notified")" -ge 5 ]
kill -STOP "$RESPONDER"
start=$(date +%s)
health 2 '' 'a process that hangs'
check 'a process that hangs: known in time' [ $(($(date +%s) - start)) -le 4 ]
n=$(wc -l <"$TMP/notified"); sleep 0.6
same 'a process that hangs: no watchdog' "$n" "$(wc -l <"$TMP/notified")"
kill -CONT "$RESPONDER"
health 0 '^healthy$' 'going on'
kill -9 "$RESPONDER"; wait "$RESPONDER" 2>/dev/null
health 2 '' 'a process that is gone'
