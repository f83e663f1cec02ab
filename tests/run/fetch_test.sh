#!/bin/sh
# A hub behind another takes its updates and key changes over by zone transfer.  Then Knot stands in
# the other's place, with its key, and lies: nothing of that is in force.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
command -v knotd >/dev/null || skip 'needs knotd'
BEHIND=$TMP/behind.sock
hub_world
"$B/bin/cordon" keygen --name dave.example --out "$TMP/keys" >/dev/null
mv "$TMP"/keys/Kdave.*.private "$TMP/keys/dave.private"; mv "$TMP"/keys/Kdave.*.key "$TMP/keys/dave.key"
sed -i 's/{ name = "tw-registry"/{ name = "behind"; suffixes = [ "behind" ]; mirror = true; feeds = [ "test" ]; },\n&/' "$TMP/registries.conf"
sed -i 's/ ); *$/, { registry = "behind"; name = "behind."; secret = "'$SECRET'"; } );/' "$TMP/keys.conf"
echo $SECRET >"$TMP/secret"
mkdir "$TMP/second"
behind_configure() { # MORE OF THE FEED
	cat >"$TMP/behind.conf" <<-CONF
	state = "$TMP/second"; domain = "hub.example"; control = "$BEHIND"; registries = "registries.conf";
	sources = ( { name = "first"; address = "127.0.0.1:$xfr_port"; key = "behind."; secret-file = "secret"; } );
	node = { refresh = 1; retry = 1; stall = 3; longest = 20; };
	feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2; from-sources = true; $1 } );
	CONF
}
behind_start() { "$B/bin/cordond" --config "$TMP/behind.conf" >>"$TMP/behind.log" 2>&1 & BEHIND_PID=$!; PIDS="$PIDS $BEHIND_PID"; }
behind_stop() { kill -TERM "$BEHIND_PID" && wait "$BEHIND_PID"; }
says() { # EXPRESSION of the status
	"$B/bin/cordon" status --hub --json --socket "$BEHIND" 2>/dev/null | /usr/bin/python3 -c 'import json, sys
s = json.load(sys.stdin); f = s["feeds"][0]; u = s["fetches"][0]; print(eval(sys.argv[1]))' "$1" 2>/dev/null
}
until_says() { # ABOUT EXPRESSION WANT
	for i in $(seq 200); do [ "$(says "$2")" = "$3" ] && break; sleep 0.1; done
	same "$1" "$3" "$(says "$2")"
}
until_said() { # ABOUT PATTERN: in the error of the status
	for i in $(seq 200); do says 'u["error"]' | grep -q "$2" && break; sleep 0.1; done
	check "$1" sh -c "'$B/bin/cordon' status --hub --socket '$BEHIND' | grep -q '$2'"
}
parts_of() { (cd "$1" && /usr/bin/python3 -c 'import sqlite3
print(*sqlite3.connect("cordond.db").execute("SELECT origin, serial, digest FROM zone WHERE kind IN (\"part\", \"manifest\", \"keys\") ORDER BY origin"))'); }

behind_configure ''
check 'the configuration is right' "$B/bin/cordond" --check-config --config "$TMP/behind.conf"
behind_start
until_said 'without the first hub: says so' 'first: .*Connection refused'
hub_start || exit 1
until_said 'with one that has nothing yet: likewise' 'first: _update.test.hub.example: '
hub_update 1 "$TMP/names.csv" alice bob
same 'the first hub takes an update in' accepted "$(hub_drop "$TMP/1.tar")"
until_says 'the second takes it over' 'f["serial"]' 1
until_says 'and hears that there is no other' 'u["error"], u["heard"] > 0' "('', True)"
same 'both have the same zones, byte by byte' "$(parts_of "$HUB")" "$(parts_of "$TMP/second")"
check 'examined like any other' sh -c "'$B/bin/cordon' audit --json --socket '$BEHIND' | grep update-accepted | grep first | grep -q hub"
awk -F, '$1 !~ /^name[1-9]\./' "$TMP/names.csv" >"$TMP/fewer.csv"
hub_update 2 "$TMP/fewer.csv" alice bob
same 'the next' accepted "$(hub_drop "$TMP/2.tar")"
until_says 'is taken over too' 'f["serial"]' 2
same 'once' 2 "$("$B/bin/cordon" audit --socket "$BEHIND" | grep -c ' update-')"

"$B/bin/cordon" sign --key-change 2 --feed test --hub hub.example --new-key "$TMP/keys/bob.key" \
	--new-key "$TMP/keys/dave.key" --new-threshold 2 --key "$TMP/keys/alice.private" --key "$TMP/keys/bob.private" \
	--key "$TMP/keys/dave.private" --output "$TMP/keys.tar" 2>/dev/null
same 'a key change' accepted "$(hub_drop "$TMP/keys.tar")"
until_says 'is taken over' 'f["keys_version"], f["keys"]' '(2, 2)'
hub_update 3 "$TMP/names.csv" bob dave
same 'an update by the new keys' accepted "$(hub_drop "$TMP/3.tar")"
until_says 'is taken over after it' 'f["serial"]' 3
same 'the same zones' "$(parts_of "$HUB")" "$(parts_of "$TMP/second")"

behind_stop
behind_configure 'names-max = 119;'
behind_start
awk 'NR > 1' "$TMP/names.csv" >"$TMP/most.csv"
hub_update 4 "$TMP/names.csv" bob dave
same 'an update that the first hub takes' accepted "$(hub_drop "$TMP/4.tar")"
until_said 'and a guard of the second refuses' 'first: refused: guard-names'
same 'what is in force stays' 3 "$(says 'f["serial"]')"
hub_update 5 "$TMP/most.csv" bob dave
same 'the next is smaller' accepted "$(hub_drop "$TMP/5.tar")"
until_says 'and comes by itself' 'f["serial"]' 5

# Knot in the first hub's place, with what that hub would serve, but for one change.
hub_stop
mkdir "$TMP/knot" "$TMP/zones" "$TMP/true" "$TMP/old"
zones() { # FOLDER: what the first hub has in force, by zone
	(cd "$HUB" && /usr/bin/python3 -c 'import sqlite3, sys
for o, d in sqlite3.connect("cordond.db").execute("SELECT origin, digest FROM zone WHERE kind IN (\"part\", \"manifest\")"):
    open(sys.argv[1] + "/" + o, "w").write(open("zones/%s/%s.zone" % (d[:2], d)).read())' "$1")
}
zones "$TMP/old"
hub_start || exit 1
hub_update 6 "$TMP/fewer.csv" bob dave
same 'an update that the second hub shall not get from the first' accepted "$(hub_drop "$TMP/6.tar")"
until_says 'it does once' 'f["serial"]' 6
hub_update 7 "$TMP/names.csv" bob dave
sed -i 's/"behind."/"other."/' "$TMP/keys.conf"
kill -HUP "$HUB_PID"
for i in $(seq 100); do grep -q ' reloaded ' "$TMP/hub.log" && break; sleep 0.1; done
awk 'NR > 2' "$TMP/names.csv" >"$TMP/less.csv"
hub_update 7 "$TMP/less.csv" bob dave
same 'the seventh' accepted "$(hub_drop "$TMP/7.tar")"
until_said 'a first hub that does not know the second: says so' 'first: _update'
zones "$TMP/true"
hub_stop
liar() {
	cat >"$TMP/knot.conf" <<-CONF
	server:
	    rundir: $TMP/knot
	    listen: 127.0.0.1@$xfr_port
	database:
	    storage: $TMP/knot
	key:
	  - id: behind.
	    algorithm: hmac-sha256
	    secret: $SECRET
	acl:
	  - id: all
	    key: behind.
	    action: transfer
	template:
	  - id: default
	    acl: all
	    zonemd-verify: off
	    zonefile-load: whole
	    journal-content: none
	zone:
	CONF
	for z in "$TMP"/zones/*; do
		printf '  - domain: %s\n    file: %s\n' "${z##*/}" "$z" >>"$TMP/knot.conf"
	done
	knotd -c "$TMP/knot.conf" >"$TMP/knot.log" 2>&1 &
	LIAR=$!
	PIDS="$PIDS $LIAR"
}
lie() { # ABOUT WANT
	liar
	until_said "$1: refused with its reason" "$2"
	same "$1: what is in force stays" 6 "$(says 'f["serial"]')"
	kill -TERM "$LIAR" && wait "$LIAR"
	rm -rf "$TMP"/zones/* "$TMP"/knot/*
}
cp "$TMP"/true/* "$TMP/zones"; sed -i 's/^name5 /namex /' "$TMP/zones/ag.test.hub.example"
lie 'another name in a part' 'first: refused: digest: '
cp "$TMP"/true/* "$TMP/zones"; rm "$TMP/zones/bo.test.hub.example"
lie 'a part is held back' 'first: bo.test.hub.example: '
cp "$TMP"/true/* "$TMP/zones"; cp "$TMP/old/bo.test.hub.example" "$TMP/zones"
lie 'an older part' 'first: bo.test.hub.example: serial 5, the manifest says 7'
cp "$TMP"/old/* "$TMP/zones"
lie 'an older update, all of it' 'first: _update.test.hub.example: .*not newer'
cp "$TMP"/true/* "$TMP/zones"; sed -i '/^bo TXT/d' "$TMP/zones/_update.test.hub.example"
lie 'a manifest that lists less' 'first: digest: '
cp "$TMP"/true/* "$TMP/zones"; sed -i '/RRSIG/d' "$TMP/zones/_update.test.hub.example"
lie 'a manifest without signatures' 'first: signature-none'
cp "$TMP"/true/* "$TMP/zones"; sed -i '/RRSIG/d' "$TMP/zones/tw.test.hub.example"
lie 'a part without signatures' 'first: refused: signature-none'
sed 's/_update.test/_keys-3.test/' "$TMP/true/_update.test.hub.example" >"$TMP/zones/_keys-3.test.hub.example"
cp "$TMP"/true/* "$TMP/zones"
liar
until_says 'a false key change keeps no update away' 'f["serial"], f["keys_version"]' '(7, 2)'
kill -TERM "$LIAR" && wait "$LIAR"
check 'what it refused stands in the audit' sh -c "'$B/bin/cordon' audit --socket '$BEHIND' | grep -q fetch-refused"
check 'which is whole' "$B/bin/cordon" audit --verify --socket "$BEHIND"
until_said 'the source is gone' 'Connection refused'
behind_stop
behind_start
until_says 'after a restart: all is there' 'f["serial"], f["keys_version"]' '(7, 2)'
check 'TERM ends it' behind_stop
[ "$failed" = 0 ] || tail -40 "$TMP/behind.log" | sed 's/^/# /'
