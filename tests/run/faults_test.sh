#!/bin/sh
# kill -9 of each process of a hub and of a registry's node, at points spread over all the calls
# with which it changes something while an update goes through: afterwards every registry holds
# that update, the publisher's "accepted" was true, what was not accepted is nowhere, and the audit is
# whole.  FAULTS=N: points for each process (1); `make faults` takes many, or all.
[ "${IN_NS-}" ] || [ "$(id -u)" != 0 ] || exec unshare -n env IN_NS=1 "$0" "$@"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
for p in knotd kdig curl openssl; do command -v $p >/dev/null || skip "needs $p"; done
STRIKE=$B/tests/run/strike
mkdir "$TMP/hub-strike" "$TMP/node-strike" "$TMP/knot" "$TMP/state" "$TMP/lists"
[ -x "$STRIKE" ] && "$STRIKE" "$TMP/hub-strike" true || skip 'needs ptrace'
ip link set lo up && ip addr add 127.0.0.2/8 dev lo
NODE=$TMP/node.sock
points=${FAULTS:-1}
# As many names as make an update of many calls for each process.
SUFFIXES='ag bo' many=1500

hub_world
cat >"$TMP/registries.conf" <<CONF
registries = ( { name = "ag-registry"; suffixes = [ "ag" ]; feeds = [ "test" ]; zones = "both";
	notify = [ "127.0.0.2:53" ]; }, { name = "bo-registry"; suffixes = [ "bo" ]; feeds = [ "test" ]; } );
CONF
echo "keys = ( { registry = \"ag-registry\"; name = \"ag.\"; secret = \"$SECRET\"; },
	{ registry = \"bo-registry\"; name = \"bo.\"; secret = \"$SECRET\"; } );" >"$TMP/keys.conf"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$TMP/localhost.key" -out "$TMP/localhost.pem" 2>/dev/null
printf token >"$TMP/token"
hub_configure 'policy-addresses = [ "192.0.2.80" ]; change-percent-max = 0;' \
	"https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\"; key = \"localhost.key\"; };
	publishers = ( { name = \"alice\"; feeds = [ \"test\" ];
		tokens = [ \"$(sha256sum "$TMP/token" | cut -d' ' -f1)\" ]; } );"
echo $SECRET >"$TMP/secret"
echo 'keys = ( );' >"$TMP/node-keys.conf"
echo 'registries = ( );' >"$TMP/node-registries.conf"
cat >"$TMP/node.conf" <<CONF
role = "node"; state = "$TMP/state"; domain = "hub.example"; control = "$NODE";
registries = "node-registries.conf";
sources = ( { name = "hub"; address = "127.0.0.1:$xfr_port"; key = "bo."; secret-file = "secret"; } );
node = { lists = "$TMP/lists"; refresh = 1; retry = 1; stall = 3; };
feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2; suffixes = [ "bo" ];
	change-percent-max = 0; } );
CONF
cat >"$TMP/knot.conf" <<CONF
server:
    rundir: $TMP/knot
    listen: 127.0.0.2@53
database:
    storage: $TMP/knot
log:
  - target: stderr
    any: info
key:
  - id: ag.
    algorithm: hmac-sha256
    secret: $SECRET
remote:
  - id: hub
    address: 127.0.0.1@$xfr_port
    key: ag.
acl:
  - id: hub
    address: 127.0.0.1
    action: notify
template:
  - id: default
    storage: $TMP/knot
    master: hub
    acl: hub
    refresh-max-interval: 2
    retry-max-interval: 2
zone:
  - domain: ag.test.hub.example
    zonemd-verify: on
  - domain: ag.test.rpz.hub.example
CONF
knotd -c "$TMP/knot.conf" >"$TMP/knot.log" 2>&1 &
PIDS="$PIDS $!"

hub_up() { hub_launch "$STRIKE" "$TMP/hub-strike"; until_ok "$SOCK" || { tail -5 "$TMP/hub.log" | sed 's/^/# /'; return 1; }; }
node_up() {
	"$STRIKE" "$TMP/node-strike" "$B/bin/cordond" --config "$TMP/node.conf" >>"$TMP/node.log" 2>&1 &
	NODE_PID=$!
	PIDS="$PIDS $NODE_PID"
	until_ok "$NODE" || { tail -5 "$TMP/node.log" | sed 's/^/# /'; return 1; }
}
until_ok() { # SOCKET
	for i in $(seq 300); do
		"$B/bin/cordon" status --hub --socket "$1" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}
arm() { # hub|node PROCESS N: from now on; the calls since the last time are in FOLDER/calls
	pid=$HUB_PID folder=$TMP/hub-strike
	[ "$1" = hub ] || { pid=$NODE_PID folder=$TMP/node-strike; }
	[ "$3" = 0 ] || rm -f "$folder/killed"
	echo "$2 $3" >"$folder/arm"
	kill -USR1 "$pid" 2>/dev/null
	for i in $(seq 500); do [ -e "$folder/arm" ] && kill -0 "$pid" 2>/dev/null || break; sleep 0.02; done
}
make_update() {
	for s in $SUFFIXES; do for i in $(seq $many); do echo "n$i-$1.$s,$today,$week,sinkhole"; done; done >"$TMP/names.csv"
	hub_update "$1" "$TMP/names.csv" alice bob
	for s in $SUFFIXES; do
		tar -xOf "$TMP/$1.tar" "parts/$s.zone" | sed -n 's/^@ ZONEMD //p' | tr a-f A-F >"$TMP/want.$s"
	done
}
# What a stranger signed, newer than all: served once, it would stay with a registry.
echo "evil.ag,$today,$week" >"$TMP/evil.csv"
hub_update 1000000 "$TMP/evil.csv" alice mallory
mv "$TMP/1000000.tar" "$TMP/evil.tar"

# How an update comes.  What the publisher was told goes to $TMP/told.
by_drop() {
	rm -f "$DROP/"*
	cp "$TMP/evil.tar" "$DROP/.1" && mv "$DROP/.1" "$DROP/1-evil.tar"
	cp "$TMP/$1.tar" "$DROP/.2" && mv "$DROP/.2" "$DROP/2-$1.tar"
}
by_https() {
	rm -f "$DROP/"*
	cp "$TMP/evil.tar" "$DROP/.1" && mv "$DROP/.1" "$DROP/1-evil.tar"
	until "$B/bin/cordon" submit --tries 1 --timeout 20 --hub "https://localhost:$https_port" --feed test \
		--serial "$1" --ca "$TMP/localhost.pem" --token "$TMP/token" "$TMP/$1.tar" >"$TMP/told" 2>/dev/null; do
		[ -e "$TMP/give-up" ] && break
		sleep 0.2
	done &
	SUBMIT=$!
}
accepted() { # SERIAL: the publisher knows
	grep -qs '"state": "accepted"' "$DROP/2-$1.tar.verdict" || grep -qs '^accepted' "$TMP/told"
}
records() { # EVENT SUBJECT: how many the audit has
	"$B/bin/cordon" audit --count 1000000 --socket "$SOCK" | grep -c " $1 *$2\$"
}
knot_has() { [ "$(kdig +short +timeout=2 +retry=0 @127.0.0.2 ag.test.hub.example ZONEMD | tr -d ' ')" = "$(tr -d ' ' <"$TMP/want.ag")" ]; }
node_has() { sed -n 's/^@ ZONEMD //p' "$TMP/lists/bo.test.zone" 2>/dev/null | tr a-f A-F | cmp -s - "$TMP/want.bo"; }
policy_has() { kdig +timeout=2 +retry=0 @127.0.0.2 "n1-$1.ag.ag.test.rpz.hub.example" A | grep -q 192.0.2.80; }
converged() { # SERIAL: within 40 s
	for i in $(seq 200); do
		knot_has && node_has && policy_has "$1" && accepted "$1" && return 0
		sleep 0.2
	done
	echo "# serial $1: in force $(serial_in_force), at Knot $(kdig +short @127.0.0.2 ag.test.hub.example SOA)," \
		"node: $(grep -c . "$TMP/lists/bo.test.zone") lines, policy: $(policy_has "$1" && echo yes), told: $(cat "$TMP/told" "$DROP/2-$1.tar.verdict" 2>/dev/null | head -c 200)"
	return 1
}
serial=1
# One update with a death at the N-th call of a process; prints what went wrong.
through() { # hub|node PROCESS N by_drop|by_https
	make_update $serial
	rm -f "$TMP/told"
	SUBMIT=
	arm "$1" "$2" "$3"
	$4 $serial
	was_accepted=
	if [ "$2" = cordond ] && [ "$3" != 0 ]; then
		pid=$HUB_PID
		[ "$1" = hub ] || pid=$NODE_PID
		# It dies, or the update is through before that many calls are made.
		for i in $(seq 200); do
			kill -0 "$pid" 2>/dev/null || break
			[ $((i % 10)) = 0 ] && knot_has && node_has && accepted $serial && break
			sleep 0.05
		done
		arm "$1" - 0
		if ! kill -0 "$pid" 2>/dev/null; then
			wait "$pid" 2>/dev/null
			accepted $serial && was_accepted=1
			"${1}_up" || return 1
		fi
	fi
	if [ "$was_accepted" ] && [ "$1" = hub ] && [ "$(serial_in_force)" != $serial ]; then
		echo "# accepted, and not in force after the restart: $serial"
		return 1
	fi
	converged $serial || return 1
	[ -z "$SUBMIT" ] || wait $SUBMIT
	[ "$(records update-accepted test/$serial)" = 1 ] || { echo "# accepted $(records update-accepted test/$serial) times"; return 1; }
	"$B/bin/cordon" audit --verify --socket "$SOCK" && "$B/bin/cordon" audit --verify --socket "$NODE"
}
strike() { # hub|node PROCESS by_drop|by_https
	about="$2 of the $1, ${3#by_}"
	total=$(sed -n "s/^$2 //p" "$TMP/$3.$1") want=$points struck=0 wrong=0
	[ "$want" != all ] && [ "$want" -lt "$total" ] || want=$total
	for k in $(seq 0 $((want - 1))); do
		at=$((k * total / want + 1 + $$ % ((total + want - 1) / want)))
		if ! through "$1" "$2" "$at" "$3" >"$TMP/through"; then
			wrong=$((wrong + 1))
			echo "# $about: killed at call $at of $total ($(cat "$TMP/$1-strike/killed" 2>/dev/null))"
			cat "$TMP/through"
			[ -z "$SUBMIT" ] || { : >"$TMP/give-up"; wait $SUBMIT; rm "$TMP/give-up"; }
		fi
		[ -e "$TMP/$1-strike/killed" ] && struck=$((struck + 1))
		rm -f "$TMP/$serial.tar"
		serial=$((serial + 1))
	done
	check "$about: killed $struck times within $total calls" [ "$struck" -ge $((want / 2)) -a "$total" -gt 10 ]
	same "$about: every registry held the update each time" 0 $wrong
}
hub_up && node_up || exit 1
undo '[ $failed = 0 ] || tail -n 15 "$TMP/knot.log" "$TMP/hub.log" "$TMP/node.log"'
# How many calls each process makes for an update.
for way in by_drop by_https; do
	arm hub - 0
	arm node - 0
	through hub - 0 $way >"$TMP/through" || { not_ok "an update $way" "$(cat "$TMP/through")"; exit 1; }
	serial=$((serial + 1))
	for side in hub node; do arm $side - 0; cp "$TMP/$side-strike/calls" "$TMP/$way.$side"; done
done
strike hub cordond by_drop
strike hub cordond by_https
strike hub cordond-examine by_drop
strike hub cordond-derive by_drop
strike hub cordond-xfr by_drop
strike hub cordond-intake by_https
strike node cordond by_drop
strike node cordond-pull by_drop
same 'what a stranger signed was never accepted' 0 "$(records update-accepted test/1000000)"
check 'but refused' [ "$(records update-refused test/1000000)" -ge 1 ]
hub_stop
kill -TERM $NODE_PID && wait $NODE_PID
hub_up
same 'after a last restart all is as it was' $((serial - 1)) "$(serial_in_force)"
check 'no upload is left behind' [ -z "$(ls "$HUB/spool")" ]
echo "# $((serial - 1)) updates"
hub_stop
