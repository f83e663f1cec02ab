#!/bin/sh
# A feed's publishers change their keys: two of the three old ones and two of the three new ones sign,
# over every way of intake; then the old ones count for nothing.  A registry's node follows by itself.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
NODE=$TMP/node.sock ZONE=ag.test.hub.example
hub_world
for who in carol dave; do
	"$B/bin/cordon" keygen --name $who.example --algorithm ecdsa-p256 --out "$TMP/keys" >/dev/null
	mv "$TMP"/keys/K$who.*.private "$TMP/keys/$who.private"
	mv "$TMP"/keys/K$who.*.key "$TMP/keys/$who.key"
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$TMP/localhost.key" -out "$TMP/localhost.pem" 2>/dev/null
printf 'a token of alice' >"$TMP/alice.token"
configure() { # MORE OPTIONS OF THE FEED
	hub_configure "$1" "https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\"; key = \"localhost.key\"; };
		publishers = ( { name = \"alice\"; feeds = [ \"test\" ]; tokens = [ \"$(sha256sum "$TMP/alice.token" | cut -d' ' -f1)\" ]; } );"
	sed -i 's/"keys\/bob.key" \]/"keys\/bob.key", "keys\/carol.key" ]/' "$TMP/hub.conf"
}
configure ''
change() { # FILE VERSION "NEW KEYS" THRESHOLD SIGNER...
	file=$1 version=$2 new= signers=
	for k in $3; do new="$new --new-key $TMP/keys/$k.key"; done
	threshold=$4
	shift 4
	for k; do signers="$signers --key $TMP/keys/$k.private"; done
	# shellcheck disable=SC2086 # words
	"$B/bin/cordon" sign --key-change "$version" --feed "${FEED-test}" --hub hub.example $new \
		--new-threshold "$threshold" $signers --output "$TMP/$file" 2>"$TMP/sign.err" || cat "$TMP/sign.err"
}
keys_in_force() {
	"$B/bin/cordon" status --hub --json --socket "${1-$SOCK}" | /usr/bin/python3 -c 'import json, sys
f = json.load(sys.stdin)["feeds"][0]; print(f["keys_version"], f["threshold"], f["keys"])'
}
submit() { "$B/bin/cordon" submit --tries 1 --hub "https://localhost:$https_port" --feed test \
	--ca "$TMP/localhost.pem" --token "$TMP/alice.token" "$@" >"$TMP/out" 2>&1; echo $?; }

mkdir "$TMP/state" "$TMP/lists"
echo $SECRET >"$TMP/secret"
cat >"$TMP/node.conf" <<-CONF
	role = "node"; state = "$TMP/state"; domain = "hub.example"; control = "$NODE";
	sources = ( { name = "hub"; address = "127.0.0.1:$xfr_port"; key = "ag."; secret-file = "secret"; } );
	node = { lists = "$TMP/lists"; refresh = 1; retry = 1; stall = 3; };
	feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key", "keys/carol.key" ]; threshold = 2;
		suffixes = [ "ag" ]; } );
CONF
node_start() { "$B/bin/cordond" --config "$TMP/node.conf" >>"$TMP/node.log" 2>&1 & NODE_PID=$!; PIDS="$PIDS $NODE_PID"; }
node_says() {
	"$B/bin/cordon" status --hub --json --socket "$NODE" 2>/dev/null |
		/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["parts"][0][sys.argv[1]])' "$1" 2>/dev/null
}
until_says() { for i in $(seq 150); do [ "$(node_says "$2")" = "$3" ] && break; sleep 0.1; done; same "$1" "$3" "$(node_says "$2")"; }

hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'an update by two old keys' accepted "$(hub_drop "$TMP/1.tar")"
if [ "${NODE_FOLLOWS-yes}" = yes ]; then
	node_start
	until_says 'the node holds its part' serial 1
fi

refused() { # ABOUT CODES FILE
	same "$1: refused" refused "$(hub_drop "$3")"
	same "$1: why" "$2" "$(codes "${3##*/}")"
	same "$1: the keys stay" '1 2 3' "$(keys_in_force)"
}
NEW='bob carol dave'
change few.tar 2 "$NEW" 2 alice dave
same 'one old signature too few: waits' waiting "$(hub_drop "$TMP/few.tar")"
same 'and says for what' signature-few "$(codes few.tar)"
change new.tar 2 'dave mallory' 2 alice bob dave
same 'one new signature too few: waits' waiting "$(hub_drop "$TMP/new.tar")"
same 'the keys stay' '1 2 3' "$(keys_in_force)"
change coup.tar 2 'mallory dave' 2 mallory dave
refused 'no old signature' signature-none "$TMP/coup.tar"
change gap.tar 3 "$NEW" 2 bob carol
refused 'a version left out' serial-gap "$TMP/gap.tar"
change same.tar 1 "$NEW" 2 bob carol
refused 'the version in force' serial-same "$TMP/same.tar"
FEED=other change other.tar 2 "$NEW" 2 bob carol
refused 'of another feed' feed "$TMP/other.tar"
change low.tar 2 "$NEW" 1 bob carol
refused 'a threshold below the hub'"'"'s' guard-threshold "$TMP/low.tar"

change two.tar 2 "$NEW" 2 bob carol
same 'over HTTPS under another version' 1 "$(submit --keys 3 "$TMP/two.tar")"
same 'as an update of that serial' 1 "$(submit --serial 2 "$TMP/two.tar")"
same 'a dry run: would be accepted' 0 "$(submit --keys 2 --dry-run "$TMP/two.tar")"
check 'and says whose keys' grep -q 'dave.example' "$TMP/out"
same 'the keys stay all the same' '1 2 3' "$(keys_in_force)"
same 'two of three old and two of three new: accepted' 0 "$(submit --keys 2 "$TMP/two.tar")"
same 'in force' '2 2 3' "$(keys_in_force)"
same 'the same once more: accepted already' 0 "$(submit --keys 2 "$TMP/two.tar")"
same 'a list is not touched by it' 1 "$(serial_in_force)"
[ "${NODE_FOLLOWS-yes}" = yes ] && {
	for i in $(seq 150); do [ "$(keys_in_force "$NODE")" = '2 2 3' ] && break; sleep 0.1; done
	same 'the node has followed by itself' '2 2 3' "$(keys_in_force "$NODE")"
	until_says 'what it holds counts by the new keys too: bob, who stays, is one; not enough' state EXPIRED
}
hub_update 2 "$TMP/names.csv" alice bob
same 'an update by an old key and one that stays' refused "$(hub_drop "$TMP/2.tar")"
same 'has its reason' 'key-unknown signature-few' "$(codes 2.tar)"
hub_stop
hub_start || exit 1
same 'after a restart: still in force' '2 2 3' "$(keys_in_force)"
hub_update 2 "$TMP/names.csv" bob dave
same 'an update by new keys' accepted "$(hub_drop "$TMP/2.tar")"
[ "${NODE_FOLLOWS-yes}" = yes ] && {
	until_says 'the node takes it' serial 2
	same 'as valid' valid "$(node_says state)"
	kill "$NODE_PID"; wait "$NODE_PID" 2>/dev/null
	node_start
	until_says 'after a restart of the node, too' state valid
	same 'with those keys' '2 2 3' "$(keys_in_force "$NODE")"
}
change three.tar 3 'carol dave mallory' 2 carol dave
same 'a second change, dropped' accepted "$(hub_drop "$TMP/three.tar")"
same 'in force' '3 2 3' "$(keys_in_force)"
cp "$TMP/two.tar" "$TMP/replay.tar"
same 'the first change once more: refused' refused "$(hub_drop "$TMP/replay.tar")"
same 'as older' 'serial-rollback signature-few' "$(codes replay.tar | tr ' ' '\n' | sort | paste -sd' ')"
same 'nothing has changed' '3 2 3' "$(keys_in_force)"
"$B/bin/cordon" audit --socket "$SOCK" >"$TMP/audit"
same 'each change stands in the audit' 2 "$(grep -cE ' keys +test/[23]$' "$TMP/audit")"
check 'refusals too' grep -q keys-refused "$TMP/audit"

hub_stop
configure 'keys-version = 3;'
hub_start || exit 1
same 'the configuration, of the same version: counts' '3 2 3' "$(keys_in_force)"
check 'the log says that the change does not' grep -q 'keys feed=test version=3 from=configuration' "$TMP/hub.log"
hub_update 3 "$TMP/names.csv" alice bob
same 'by its keys' accepted "$(hub_drop "$TMP/3.tar")"
same 'the way through the change is closed' '' "$(kdig +short +tcp +timeout=2 +retry=0 -p $xfr_port @127.0.0.1 \
	-y hmac-sha256:ag.:$SECRET _keys-3.test.hub.example SOA | awk 'NF == 7')"
change three.tar 3 'carol dave mallory' 2 carol dave
same 'and a replay is refused' refused "$(hub_drop "$TMP/three.tar")"
hub_stop
configure 'key-change = false; keys-version = 4; keys-min = 4;'
hub_start || exit 1
change five.tar 5 "$NEW" 2 alice bob carol
same 'a hub that takes keys from its configuration alone' refused "$(hub_drop "$TMP/five.tar")"
same 'says so' 'guard-key-change guard-keys' "$(codes five.tar)"
check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
