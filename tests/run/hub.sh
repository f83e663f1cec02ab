# hub.sh: a hub for the tests that run cordond.  After lib.sh:
#   hub_world            names, keys of alice, bob and mallory, a configuration in $TMP/hub.conf
#   hub_update SERIAL NAMES.csv KEY...   makes $TMP/SERIAL.tar, signed by those keys; the first signs
#                        with $SIGN_OPTIONS
#   hub_start / hub_stop
#   hub_drop FILE        drops it, waits for the verdict: its state on standard output
#   codes FILE           the codes of the verdict of a dropped file, in order, once each
HUB=$TMP/hub DROP=$TMP/hub/drop/test SOCK=$TMP/hub.sock
SECRET=bm90IGEgc2VjcmV0LCBidXQgMzIgYnl0ZXMgbG9uZyE=
SUFFIXES='ag bo tw'
today=$(date -u +%F) week=$(date -u -d '+7 days' +%F)
xfr_port=$((20000 + $$ % 20000)) https_port=$((20000 + ($$ + 1) % 20000))

hub_world() {
	mkdir -p "$HUB" "$TMP/keys"
	for who in alice bob mallory; do
		"$B/bin/cordon" keygen --name $who.example --out "$TMP/keys" >/dev/null || exit 1
		mv "$TMP"/keys/K$who.*.private "$TMP/keys/$who.private"
		mv "$TMP"/keys/K$who.*.key "$TMP/keys/$who.key"
	done
	for s in $SUFFIXES; do for i in $(seq 40); do echo "name$i.$s,$today,$week"; done; done >"$TMP/names.csv"
	{
		echo 'registries = ('
		for s in ag bo; do
			echo "{ name = \"$s-registry\"; suffixes = [ \"$s\" ]; feeds = [ \"test\" ];" \
				"contacts = [ \"operations noc@registry-$s.example\" ]; },"
		done
		echo '{ name = "tw-registry"; suffixes = [ "tw" ]; } );'
	} >"$TMP/registries.conf"
	echo "keys = ( { registry = \"ag-registry\"; name = \"ag.\"; secret = \"$SECRET\"; } );" >"$TMP/keys.conf"
	hub_configure ''
}
hub_configure() { # MORE OPTIONS OF THE FEED; GLOBAL ONES
	cat >"$TMP/hub.conf" <<-CONF
	state = "$HUB"; domain = "hub.example"; control = "$SOCK"; registries = "registries.conf";
	registry-keys = "keys.conf"; ${2-}
	transfer = { listen = [ "127.0.0.1:$xfr_port" ]; };
	feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2;
		override-threshold = 2; $1 } );
	CONF
}
hub_update() {
	serial=$1 names=$2 suffixes=
	shift 2
	for s in $SUFFIXES; do suffixes="$suffixes --suffix $s"; done
	rm -rf "$TMP/parts" "$TMP/$serial.tar" "$TMP/step.tar"
	# shellcheck disable=SC2086 # words
	"$B/bin/cordon" build --feed test --hub hub.example --serial "$serial" $suffixes \
		--output "$TMP/parts" "$names" >/dev/null 2>"$TMP/build.err" || cat "$TMP/build.err"
	from=$TMP/parts first=${SIGN_OPTIONS-}
	for key; do
		# shellcheck disable=SC2086 # words
		"$B/bin/cordon" sign "$from" $first --key "$TMP/keys/$key.private" --output "$TMP/$serial.tar" \
			2>"$TMP/sign.err" || cat "$TMP/sign.err"
		mv "$TMP/$serial.tar" "$TMP/step.tar"
		from=$TMP/step.tar first=
	done
	mv "$TMP/step.tar" "$TMP/$serial.tar"
}
hub_launch() { "$@" "$B/bin/cordond" --config "$TMP/hub.conf" >>"$TMP/hub.log" 2>&1 & HUB_PID=$!; PIDS="$PIDS $HUB_PID"; }
hub_start() {
	hub_launch env
	for i in $(seq 100); do
		"$B/bin/cordon" status --hub --socket "$SOCK" >/dev/null 2>&1 && return 0
		kill -0 "$HUB_PID" 2>/dev/null || break
		sleep 0.1
	done
	echo '# cordond did not start:'; tail -3 "$TMP/hub.log" | sed 's/^/# /'
	return 1
}
hub_stop() { kill -TERM "$HUB_PID" && wait "$HUB_PID"; }
state_of() { /usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["state"])' "$1"; }
codes() {
	/usr/bin/python3 -c 'import json, sys
print(*dict.fromkeys(r["code"] for r in json.load(open(sys.argv[1]))["reasons"]))' "$DROP/$1.verdict"
}
hub_drop() {
	name=${1##*/}
	rm -f "$DROP/$name.verdict"
	cp "$1" "$DROP/.$name" && mv "$DROP/.$name" "$DROP/$name"
	for i in $(seq 100); do
		[ -e "$DROP/$name.verdict" ] && { state_of "$DROP/$name.verdict"; return; }
		sleep 0.1
	done
	echo 'no verdict'
}
serial_in_force() {
	"$B/bin/cordon" status --hub --json --socket "$SOCK" |
		/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["feeds"][0]["serial"])'
}
served() { # ZONE: its serial as a registry with the key of ag sees it
	kdig +short +tcp +timeout=2 +retry=0 -p $xfr_port @127.0.0.1 -y hmac-sha256:ag.:$SECRET "$1.test.hub.example" SOA |
		awk 'NF == 7 { print $3 }'
}
