#!/bin/sh
# A node signs what it holds and handed over, and the hub has it, whatever happens to either; what
# is not right is refused with its own reason.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
. "$(dirname "$0")/node.sh"
command -v openssl >/dev/null && command -v curl >/dev/null || skip 'needs openssl and curl'
hub_world
node_world
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$TMP/tls.key" -out "$TMP/tls.pem" -days 3 \
	-subj /CN=hub.example -addext 'subjectAltName = IP:127.0.0.1' 2>/dev/null
for who in ag tw stranger; do
	"$B/bin/cordon" keygen --name $who.receipts.example --out "$TMP/keys" >/dev/null || exit 1
	mv "$TMP"/keys/K$who.receipts.*.private "$TMP/keys/$who.receipts.private"
	mv "$TMP"/keys/K$who.receipts.*.key "$TMP/keys/$who.receipts.key"
done
dnskey() { grep -v '^;' "$TMP/keys/$1.receipts.key" | head -1; }
hub_registries
sed -i 's|{ name = "tw-registry"; suffixes = \[ "tw" \]; }|{ name = "tw-registry"; suffixes = [ "tw" ]; feeds = [ "test" ]; }|' "$TMP/registries.conf"
cat >>"$TMP/keys.conf" <<-CONF
receipt-keys = ( { registry = "ag-registry"; key = "$(dnskey ag)"; },
	{ registry = "tw-registry"; key = "$(dnskey tw)"; } );
CONF
HTTPS="https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"tls.pem\"; key = \"tls.key\"; };"
hub_configure '' "$HTTPS"
hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"

receipts="receipts = \"https://127.0.0.1:$https_port/v1/receipts\"; receipts-ca = \"$TMP/tls.pem\";"
signs='registry = "ag-registry"; receipt-key = "keys/ag.receipts.private";'
proofs() { # PYTHON EXPRESSION of all proofs of ag-registry, p
	"$B/bin/cordon" status --registries --json --socket "$SOCK" | /usr/bin/python3 -c 'import json, sys
p = [g for g in json.load(sys.stdin)["registries"] if g["name"] == "ag-registry"][0]["proofs"]
print(eval(sys.argv[1]))' "$1" 2>/dev/null
}
proof_is() { [ "$(proofs '[(x["serial"], x["zone"], x["handed"]) for x in p]')" = "$1" ]; }
listed="'ag.test.hub.example', [{'to': 'list', 'ok': True}]"
count() { "$B/bin/cordon" audit --socket "$SOCK" | grep -c ' receipt '; }

node_configure "refresh = 1; retry = 1; $signs" 'log-level = "info";' "$receipts"
check 'the configuration of the node is right' "$B/bin/cordond" --check-config --config "$TMP/node.conf"
node_start
until_says 'the node has its part' state valid
until_true 'the hub has a signed receipt' proof_is "[(1, $listed)]"
digest=$(cat "$(grep -rlE '^@ SOA ' "$TMP/state/zones" | head -1)" | awk '$2 == "ZONEMD" { print tolower($6) }')
same 'with the digest of what is held' "$digest" "$(proofs 'p[0]["digest"]')"
check 'for people' sh -c "'$B/bin/cordon' status --registries --socket '$SOCK' | grep -q 'ag-registry signed for ag.test.hub.example serial 1'"
same 'and in the audit, once' 1 "$(count)"
node_stop
node_start
until_says 'after a restart it is valid again' state valid
hub_stop
hub_start || exit 1
same 'and nothing is signed twice' 1 "$(count)"

# The hub's HTTPS is gone while the node takes an update, and is killed.
hub_stop
hub_configure ''
hub_start || exit 1
hub_update 2 "$TMP/names.csv" alice bob
same 'a second update' accepted "$(hub_drop "$TMP/2.tar")"
until_says 'reaches the node' serial 2
until_true 'which cannot get rid of its receipt' grep -q 'receipt-refused source=hub status=0' "$TMP/node.log"
kill -9 "$NODE_PID"
wait "$NODE_PID" 2>/dev/null
hub_stop
hub_configure '' "$HTTPS"
hub_start || exit 1
node_start
until_true 'killed and started again, it sends it' proof_is "[(2, $listed)]"
node_stop

# A responder that is not there is said to have failed.
node_configure "refresh = 1; retry = 1; responders = [ \"$CTL\" ]; $signs" 'log-level = "info";' "$receipts"
node_start
until_true 'what it could not be handed to is said' proof_is "[(2, 'ag.test.hub.example', [{'to': 'list', 'ok': True}, {'to': 'responder 1', 'ok': False}])]"
node_stop

# What is not right.
post() { # FILE
	curl -s --cacert "$TMP/tls.pem" -X POST --data-binary "@$1" -o "$TMP/answer" -w '%{http_code} ' \
		"https://127.0.0.1:$https_port/v1/receipts"
	/usr/bin/python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(r.get("code") or r.get("state") or r["detail"])' "$TMP/answer"
}
make() { # KEY [MEMBER=JSON]...: $TMP/receipt.json
	/usr/bin/python3 - "$TMP/keys/$1.receipts.private" "$TMP/receipt.json" "$digest2" "$@" <<'PY'
import base64, json, re, sys, time
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
key = base64.b64decode(re.search(r"PrivateKey: (\S+)", open(sys.argv[1]).read()).group(1))
r = {"version": 1, "registry": "ag-registry", "zone": "ag.test.hub.example", "serial": 2, "digest": sys.argv[3],
     "time": int(time.time()) + 1, "handed": [{"to": "else", "ok": True}]}
later = {}
for change in sys.argv[5:]:
    name, value = change.split("=", 1)
    (later if name.startswith("!") else r)[name.lstrip("!")] = eval(value)
text = "cordon receipt 1\nregistry %s\nzone %s\nserial %d\ndigest %s\ntime %d\n" % (
    r["registry"], r["zone"], r["serial"], r["digest"], r["time"])
text += "".join("%s %s\n" % ("handed" if h["ok"] else "failed", h["to"]) for h in r["handed"])
r["signature"] = base64.b64encode(Ed25519PrivateKey.from_private_bytes(key).sign(text.encode())).decode()
r.update(later)
json.dump(r, open(sys.argv[2], "w"))
PY
}
refused() { # ABOUT WANT KEY [CHANGE]...
	about=$1 want=$2
	shift 2
	make "$@"
	same "$about" "$want" "$(post "$TMP/receipt.json")"
}
digest2=$(cat $(grep -rlE '^@ SOA [^ ]* [^ ]* 2 ' "$TMP/state/zones") | awk '$2 == "ZONEMD" { print tolower($6); exit }')
before=$(count)
if /usr/bin/python3 -c 'import cryptography' 2>/dev/null; then
	refused 'of a key that nobody pinned' '403 forged' stranger
	refused "of another registry's key" '403 forged' tw
	refused 'changed after it was signed' '403 forged' ag '!serial=1'
	refused "of another registry's zone" '403 foreign' tw 'registry="tw-registry"'
	refused 'of a zone that is none' '403 foreign' ag 'zone="xx.test.hub.example"'
	refused 'from the future' '409 future' ag 'time=int(time.time()) + 4000'
	refused 'too old' '409 old' ag 'time=int(time.time()) - 40 * 86400'
	refused 'of a serial that never was' '409 unknown-serial' ag 'serial=7'
	refused 'of another zone with that serial' '409 digest' ag "digest='0' * 96"
	refused 'of an earlier serial' '409 stale' ag 'serial=1' "digest='$digest'"
	refused 'signed before the last one' '409 stale' ag 'time=int(time.time()) - 3600'
	same 'none of it is kept' "$before" "$(count)"
	for why in 'not signed by a receipt key' 'no zone of that registry' 'not the one of that serial'; do
		"$B/bin/cordon" audit --json --socket "$SOCK" >"$TMP/audit"
		check "the audit knows: $why" grep -q "$why" "$TMP/audit"
	done
	make ag
	same 'the right one' '200 held' "$(post "$TMP/receipt.json")"
	same 'the same again' '409 duplicate' "$(post "$TMP/receipt.json")"

	# Times are of whole seconds, so a node's may look older than the one before.
	make ag 'time=int(time.time()) + 4' 'handed=[{"to": "other", "ok": True}]'
	same 'one from some seconds ahead' '200 held' "$(post "$TMP/receipt.json")"
	node_configure "refresh = 1; retry = 1; $signs" 'log-level = "info";' "$receipts"
	node_start
	until_true 'what looks older is signed again' proof_is "[(2, $listed)]"
	node_stop
fi
echo '{' >"$TMP/receipt.json"
same 'no JSON' '400 malformed' "$(post "$TMP/receipt.json")"
head -c 5000 /dev/zero >"$TMP/receipt.json"
same 'too long' '413 a receipt is not that long' "$(post "$TMP/receipt.json")"
same 'a GET' 405 "$(curl -s --cacert "$TMP/tls.pem" -o /dev/null -w '%{http_code}' "https://127.0.0.1:$https_port/v1/receipts")"
hub_stop
[ "$failed" = 0 ] || { tail -n 20 "$TMP/node.log" "$TMP/hub.log" | sed 's/^/# /'; }
