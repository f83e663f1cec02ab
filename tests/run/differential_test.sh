#!/bin/sh
# The same questions to cordon-responder, Knot and NSD with equal data; docs/DIFFERENCES.md says what may differ.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
port=$((20000 + $$ % 10000))
python() { timeout 120 /usr/bin/python3 -B "$@"; }
for d in knotd nsd; do
	command -v "$d" >/dev/null || PATH=$PATH:/usr/sbin
	command -v "$d" >/dev/null || skip "needs $d"
done

KNOT='' NSD=''
others_stop() { # TERM: nsd has children to take with it
	for p in $KNOT $NSD; do kill -TERM "$p" 2>/dev/null && wait "$p" 2>/dev/null; done
	KNOT='' NSD=''
}
undo others_stop
answers() { kdig +short +timeout=1 +retry=0 -p "$1" @127.0.0.1 sink.example A 2>&1 | grep -q 192.0.2.1; }
await() { # ABOUT PORT PID
	for i in $(seq 100); do
		answers "$2" && return 0
		kill -0 "$3" 2>/dev/null || break
		sleep 0.1
	done
	not_ok "$1 answers" "$(tail -5 "$TMP/$1.log")"
	exit 1
}

python "$here/differential_world.py" "$TMP" $port || exit 1
responder --config "$TMP/responder.conf" || exit 1
knotd -c "$TMP/knot.conf" >"$TMP/knot.log" 2>&1 &
KNOT=$!
nsd -d -c "$TMP/nsd.conf" >"$TMP/nsd.log" 2>&1 &
NSD=$!
await knot $((port + 1)) $KNOT
await nsd $((port + 2)) $NSD

if python "$here/differential.py" $port >"$TMP/out"; then
	ok 'every answer is equal or differs as it is meant to'
else
	not_ok 'every answer is equal or differs as it is meant to'
fi
sed 's/^/# /' "$TMP/out"
python "$here/differential.py" --list >"$TMP/rules"
check 'docs/DIFFERENCES.md has every rule' \
	sh -c "grep '^|' '$here/../../docs/DIFFERENCES.md' | diff '$TMP/rules' -"
check 'TERM ends it' responder_stop
