# lib.sh: for the tests that run real programs.  A test sources it, then uses:
#   check ABOUT COMMAND...      one test: ok when the command succeeds
#   same ABOUT WANT GOT         one test: ok when the texts are equal
#   veth                        two namespaces joined by a veth pair: $NS_A (198.18.0.1,
#                               2001:db8::1 on va) and $NS_B (vb, no address: the responder's)
#   responder [NS] ARGUMENTS... starts it, waits until it answers on $CTL
#   responder_stop              TERM, and its exit status in $?
#   undo COMMAND...             at the end, before the namespaces go
# Everything that was made goes away when the script ends, however it ends.
set -u
B=$(cd "${1:-build}" && pwd) || exit 2
TMP=$(mktemp -d "${TMPDIR:-/tmp}/cordon-test.XXXXXX") || exit 2
CTL=$TMP/control.sock
NS_A=cordon-a-$$ NS_B=cordon-b-$$
PIDS=
UNDO=
passed=0 failed=0

# A process and those under it: in `in_a COMMAND &` the command is a child of $!.
tree() { # PID
	for child in $(ps -o pid= --ppid "$1" 2>/dev/null); do tree "$child"; done
	echo "$1"
}
finish() {
	rc=$?
	trap '' INT TERM EXIT
	eval "$UNDO"
	for p in $PIDS; do kill -9 $(tree "$p") 2>/dev/null; done
	ip netns del "$NS_A" 2>/dev/null
	ip netns del "$NS_B" 2>/dev/null
	rm -rf "$TMP"
	[ "$rc" = 0 ] || [ "$failed" -gt 0 ] || not_ok 'runs to its end' "ended early, status $rc"
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
	exit $?
}
trap finish EXIT
undo() { UNDO="$UNDO$*;"; }
trap 'failed=$((failed + 1)); exit 1' INT TERM

ok() { passed=$((passed + 1)); echo "ok - $1"; }
not_ok() { failed=$((failed + 1)); echo "not ok - $1"; shift; for l; do echo "# $l"; done; }
check() { about=$1; shift; if "$@" >"$TMP/check.out" 2>&1; then ok "$about"; else
	not_ok "$about" "$*" "$(head -c 1500 "$TMP/check.out")"; fi; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "want: $2" "got:  $3"; fi; }
skip() { echo "# skipped: $*"; passed=$((passed + 1)); exit; }
need_root() { [ "$(id -u)" = 0 ] || skip 'needs root'; }

veth() {
	ip netns add "$NS_A" && ip netns add "$NS_B" &&
		ip -n "$NS_A" link add va address 02:00:00:00:00:01 type veth \
			peer name vb address 02:00:00:00:00:02 netns "$NS_B" || exit 1
	for ns in "$NS_A" "$NS_B"; do ip -n "$ns" link set lo up; done
	ip netns exec "$NS_B" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/vb/disable_ipv6'
	ip -n "$NS_A" addr add 198.18.0.1/24 dev va
	ip -n "$NS_A" addr add 2001:db8::1/64 dev va nodad
	ip -n "$NS_A" link set va up && ip -n "$NS_B" link set vb up
	# A veth leaves checksums to hardware that is not there.
	ip netns exec "$NS_A" ethtool -K va tx off >/dev/null
}
in_a() { ip netns exec "$NS_A" "$@"; }

responder() { # [--in NS] ARGUMENTS...
	run=
	if [ "$1" = --in ]; then run="ip netns exec $2"; shift 2; fi
	$run ${RUN_AS:-} "$B/bin/cordon-responder" "$@" >"$TMP/responder.log" 2>&1 &
	RESPONDER=$!
	PIDS="$PIDS $RESPONDER"
	for i in $(seq 200); do
		"$B/bin/cordon" status --socket "$CTL" >/dev/null 2>&1 && return 0
		kill -0 "$RESPONDER" 2>/dev/null || break
		sleep 0.1
	done
	echo "# the responder did not start:"; sed 's/^/# /' "$TMP/responder.log"
	return 1
}
responder_stop() {
	kill -TERM "$RESPONDER" && wait "$RESPONDER"
}
# A counter of the running responder, by its path in the JSON: counter .counters.way.formerr
counter() {
	"$B/bin/cordon" status --json --socket "$CTL" |
		/usr/bin/python3 -c 'import json, sys
v = json.load(sys.stdin)
for k in sys.argv[1].strip(".").split("."): v = v[int(k)] if isinstance(v, list) else v[k]
print(v)' "$1"
}
