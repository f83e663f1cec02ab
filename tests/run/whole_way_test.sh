#!/bin/sh
# The whole way: two publishers sign tomorrow's names, a hub takes them in, a registry's node pulls
# its part, its responder answers for a name of tomorrow when its clock says tomorrow.  Then the
# hub lies, is gone, and the signatures end.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
command -v knotd >/dev/null || skip 'needs knotd'
NODE=$TMP/node.sock dns_port=$((20000 + ($$ + 2) % 20000)) mirror_port=$((20000 + ($$ + 3) % 20000))
tomorrow=$(date -u -d tomorrow +%F)
ZONE=ag.test.hub.example
hub_world
mkdir "$TMP/state" "$TMP/lists"
echo $SECRET >"$TMP/secret"
echo 'keys = ( { registry = "local-ns"; name = "local."; secret = "'$SECRET'"; } );' >"$TMP/node-keys.conf"
echo 'registries = ( { name = "local-ns"; suffixes = [ "ag" ]; feeds = [ "test" ]; } );' >"$TMP/node-registries.conf"
node_configure() { # OFFSET
	cat >"$TMP/node.conf" <<-CONF
	role = "node"; state = "$TMP/state"; domain = "hub.example"; control = "$NODE"; clock-offset = $1;
	registries = "node-registries.conf"; registry-keys = "node-keys.conf";
	transfer = { listen = [ "127.0.0.1:$mirror_port" ]; };
	sources = ( { name = "hub"; address = "127.0.0.1:$xfr_port"; key = "ag."; secret-file = "secret"; } );
	node = { lists = "$TMP/lists"; responders = [ "$CTL" ]; refresh = 1; retry = 1; stall = 3; };
	feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2;
		suffixes = [ "ag" ]; protect = [ "kept.ag" ]; } );
	CONF
}
node_start() {
	"$B/bin/cordond" --config "$TMP/node.conf" >>"$TMP/node.log" 2>&1 &
	NODE_PID=$!
	PIDS="$PIDS $NODE_PID"
}
node_stop() { kill -TERM "$NODE_PID" && wait "$NODE_PID"; }
node_says() { # MEMBER of its only part
	"$B/bin/cordon" status --hub --json --socket "$NODE" 2>/dev/null |
		/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["parts"][0][sys.argv[1]])' "$1" 2>/dev/null
}
until_says() { # ABOUT MEMBER WANT: within 15 s
	for i in $(seq 150); do [ "$(node_says "$2")" = "$3" ] && break; sleep 0.1; done
	same "$1" "$3" "$(node_says "$2")"
}
until_true() { about=$1; shift; for i in $(seq 150); do "$@" >/dev/null 2>&1 && break; sleep 0.1; done; check "$about" "$@"; }
answers() { # NAME: to the responder's clients
	dig +short +time=2 +tries=1 -p $dns_port @127.0.0.1 "$1" A | head -1
}
answers_so() { [ "$(answers "$1")" = "$2" ]; }
list_has() { grep -q "^$1 " "$TMP/lists/ag.test.zone"; }
responder_on() { # DAY
	cat >"$TMP/responder.conf" <<-CONF
	control = "$CTL"; now = "$1"; listen = [ "127.0.0.1:$dns_port" ];
	policies = ( { name = "sinkhole"; a = [ "192.0.2.1" ]; ns = [ "ns1.sinkhole.test" ]; } );
	feeds = ( { name = "test"; files = [ "$TMP/lists/ag.test.zone" ]; action = "sinkhole"; policy = "sinkhole"; } );
	CONF
	responder --config "$TMP/responder.conf"
}

for s in $SUFFIXES; do
	"$B/bin/cordon" predict --family conficker-c --from "$tomorrow" --suffix "$s" --format csv | grep -v '^name,'
done >"$TMP/tomorrow.csv"
name=$(sed -n 's/^\([^.]*\.ag\),.*/\1/p' "$TMP/tomorrow.csv" | head -1)
listed=$(grep -c "^[^,]*\.ag," "$TMP/tomorrow.csv")
check "tomorrow has names of Conficker.C below ag ($listed)" [ "$listed" -gt 100 ]
hub_configure 'public-suffixes = false;'
hub_start || exit 1
hub_update 1 "$TMP/tomorrow.csv" alice bob
same 'two publishers sign, the hub takes it in' accepted "$(hub_drop "$TMP/1.tar")"

node_configure 0
check 'the configuration of the node is right' "$B/bin/cordond" --check-config --config "$TMP/node.conf"
node_start
until_says 'the node has pulled its part' state valid
[ "$failed" = 0 ] || { sed 's|^|# |' "$TMP/node.log"; exit 1; }
same 'its serial' 1 "$(node_says serial)"
same 'its names' "$listed" "$(node_says names)"
check 'the hub has a signed receipt' sh -c "for i in \$(seq 50); do '$B/bin/cordon' status --registries \
	--socket '$SOCK' | grep -q '1 of 2 registries' && exit 0; sleep 0.1; done; exit 1"

responder_on "$(date -u +%F)" || exit 1
same 'today: no answer for a name of tomorrow' '' "$(answers "$name")"
responder_stop
responder_on "$tomorrow" || exit 1
same 'tomorrow: the sinkhole' 192.0.2.1 "$(answers "$name")"
same 'another name: none' '' "$(answers other.ag)"

cat >"$TMP/more.csv" "$TMP/tomorrow.csv" - <<-CSV
late.ag,$tomorrow,$week
CSV
hub_update 2 "$TMP/more.csv" alice bob
same 'a second update' accepted "$(hub_drop "$TMP/2.tar")"
until_says 'reaches the node' serial 2
check 'as a difference' grep -q 'part zone=.*serial=2 .*kind=ixfr' "$TMP/node.log"
until_true 'and its responder, without a restart' answers_so late.ag 192.0.2.1
same 'a local name server gets it from the node' 2 "$(kdig +short +tcp +timeout=2 +retry=0 \
	-p $mirror_port @127.0.0.1 -y hmac-sha256:local.:$SECRET $ZONE SOA | awk 'NF == 7 { print $3 }')"
cat >"$TMP/kept.csv" "$TMP/more.csv" - <<-CSV
kept.ag,$tomorrow,$week
CSV
hub_update 3 "$TMP/kept.csv" alice bob
same 'an update that the hub takes' accepted "$(hub_drop "$TMP/3.tar")"
until_true 'and a guard of the node refuses' grep -q 'part-refused.*guard-protected' "$TMP/node.log"
same 'the part before stays' 2 "$(node_says serial)"

kill -HUP "$NODE_PID"
until_true 'a reload of the node' grep -q ' reloaded ' "$TMP/node.log"
until_says 'what it holds is valid after it' state valid

# The hub lies: Knot in its place, with the hub's own key.
hub_stop
good=$(grep -rlE '^@ SOA [^ ]* [^ ]* 2 ' "$TMP/state/zones")
liar() { # FILE
	mkdir -p "$TMP/knot"
	cat >"$TMP/knot.conf" <<-CONF
	server:
	    rundir: $TMP/knot
	    listen: 127.0.0.1@$xfr_port
	database:
	    storage: $TMP/knot
	key:
	  - id: ag.
	    algorithm: hmac-sha256
	    secret: $SECRET
	acl:
	  - id: all
	    key: ag.
	    action: transfer
	zone:
	  - domain: $ZONE
	    file: $1
	    acl: all
	    zonemd-verify: off
	    zonefile-load: whole
	    journal-content: none
	CONF
	knotd -c "$TMP/knot.conf" >"$TMP/knot.log" 2>&1 &
	LIAR=$!
	PIDS="$PIDS $LIAR"
}
liar_stop() { kill -TERM "$LIAR" && wait "$LIAR"; }
lie() { # ABOUT SED WANT: the part in force, changed
	sed "$2" "$good" >"$TMP/lie.zone"
	liar "$TMP/lie.zone"
	until_true "$1: refused with its reason" sh -c "tail -n 4 '$TMP/node.log' | grep -q '$3'"
	same "$1: the part before stays" '2 valid' "$(node_says serial) $(node_says state)"
	same "$1: and is answered from" 192.0.2.1 "$(answers "$name")"
	same "$1: nothing else is" '' "$(answers lie.ag)"
	liar_stop
}
newer='s|^\(@ SOA [^ ]* [^ ]*\) 2 |\1 3 |'
lie 'one more name' "$newer; \$i lie TXT \"/\"" 'digest-serial\|digest:'
lie 'and a digest of its serial' "$newer; s/ZONEMD 2 /ZONEMD 3 /; \$i lie TXT \"/\"" 'digest: '
lie 'no signatures' "$newer; /RRSIG/d; /ZONEMD/d; \$i lie TXT \"/\"" 'digest-none'
lie 'an old serial' 's|^\(@ SOA [^ ]* [^ ]*\) 2 |\1 1 |' 'not newer than ours'
cat >"$TMP/tarpit.py" <<'PY'
import socket, sys, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(9)
while True:
    c, _ = s.accept()
    c.recv(2000); c.sendall(b"\x40\x00")
    try:
        for i in range(60): c.sendall(b"x"); time.sleep(0.5)
    except OSError: pass
PY
sed -i 's/stall = 3/stall = 3; longest = 2/' "$TMP/node.conf"
node_stop
node_start
/usr/bin/python3 "$TMP/tarpit.py" $xfr_port &
TARPIT=$!
PIDS="$PIDS $TARPIT"
until_true 'a source that sends a byte now and then is left' sh -c "tail -n 4 '$TMP/node.log' | grep -q 'too long'"
until_says 'and the part stays' state valid
kill -9 $TARPIT; wait $TARPIT 2>/dev/null
check 'the refusals are in the audit' sh -c "'$B/bin/cordon' audit --socket '$NODE' | grep -q part-refused"

# No hub at all.
node_stop
node_start
until_says 'alone after a restart: valid' state valid
until_true 'and says what it misses' sh -c "'$B/bin/cordon' status --hub --socket '$NODE' | grep -q 'Connection refused'"
same 'its responder goes on' 192.0.2.1 "$(answers "$name")"
node_stop
node_configure 34560000
node_start
until_says 'when the signatures are over' state EXPIRED
check 'it is loud' grep -q 'error expired zone=' "$TMP/node.log"
until_true 'and the list is empty' answers_so "$name" ''
node_stop
node_configure 0
node_start
until_says 'with the right clock again' state valid
until_true 'it is back' answers_so "$name" 192.0.2.1
check 'TERM ends it' node_stop
grep -c . "$TMP/node.log" | sed 's/^/# lines in the log of the node: /'
[ "$failed" = 0 ] || tail -40 "$TMP/node.log" | sed 's/^/# /'
