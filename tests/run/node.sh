# node.sh: a registry's node for the tests.  After lib.sh and hub.sh:
#   node_world           folders and secrets; $NODE is its control socket, $node_port its DNS
#   hub_registries       the hub's registries, ag with $NOTIFY among its options
#   node_configure OPTIONS OF node [GLOBAL ONES] [OF THE SOURCE] [OF THE FEED]
#   node_start / node_stop
#   node_says MEMBER     of its first part
#   until_says ABOUT MEMBER WANT, until_true ABOUT COMMAND...: within 20 s
NODE=$TMP/node.sock node_port=$((20000 + ($$ + 2) % 20000))
ZONE=ag.test.hub.example

node_world() {
	mkdir -p "$TMP/state" "$TMP/lists"
	echo $SECRET >"$TMP/secret"
}
hub_registries() {
	cat >"$TMP/registries.conf" <<-CONF
	registries = (
		{ name = "ag-registry"; suffixes = [ "ag" ]; feeds = [ "test" ]; ${NOTIFY-} },
		{ name = "tw-registry"; suffixes = [ "tw" ]; } );
	CONF
}
node_configure() {
	feed='suffixes = [ "ag" ];'
	cat >"$TMP/node.conf" <<-CONF
	role = "node"; state = "$TMP/state"; domain = "hub.example"; control = "$NODE";
	transfer = { listen = [ "127.0.0.1:$node_port" ]; }; ${2-}
	sources = ( { name = "hub"; address = "127.0.0.1:${SOURCE_PORT:-$xfr_port}"; key = "ag.";
		secret-file = "secret"; ${3-} } );
	node = { lists = "$TMP/lists"; stall = 3; $1 };
	feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2;
		${4-$feed} } );
	CONF
}
node_start() {
	"$B/bin/cordond" --config "$TMP/node.conf" >>"$TMP/node.log" 2>&1 &
	NODE_PID=$!
	PIDS="$PIDS $NODE_PID"
}
node_stop() { kill -TERM "$NODE_PID" && wait "$NODE_PID"; }
node_json() { # PYTHON EXPRESSION of the status s
	"$B/bin/cordon" status --hub --json --socket "$NODE" 2>/dev/null |
		/usr/bin/python3 -c 'import json, sys; s = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" 2>/dev/null
}
node_says() { node_json "s[\"parts\"][0][\"$1\"]"; }
until_says() {
	for i in $(seq 200); do [ "$(node_says "$2")" = "$3" ] && break; sleep 0.1; done
	same "$1" "$3" "$(node_says "$2")"
}
until_true() { about=$1; shift; for i in $(seq 200); do "$@" >/dev/null 2>&1 && break; sleep 0.1; done; check "$about" "$@"; }
