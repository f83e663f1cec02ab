#!/bin/sh
# What enemies try, and how each is refused: with its own reason, nothing changed, a record in the
# audit.  Publishers' side: a hub.  Registries' side: that hub's transfers.  The node of a registry:
# somebody on its way to the hub.
[ "${IN_NS-}" ] || [ "$(id -u)" != 0 ] || exec unshare -n env IN_NS=1 "$0" "$@"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
for p in curl openssl kdig dig; do command -v $p >/dev/null || skip "needs $p"; done
here=$(cd "$(dirname "$0")" && pwd)
ip link set lo up
xfr_port=53 between_port=$((20000 + ($$ + 2) % 20000))
NODE=$TMP/node.sock

hub_world
cat >"$TMP/registries.conf" <<CONF
registries = ( { name = "tools"; suffixes = [ "ag" ]; feeds = [ "test" ]; },
	{ name = "bo-registry"; suffixes = [ "bo" ]; feeds = [ "test" ]; } );
CONF
echo "keys = ( { registry = \"tools\"; name = \"tools.\"; algorithm = \"hmac-sha384\"; secret = \"$SECRET\"; },
	{ registry = \"bo-registry\"; name = \"bo.\"; secret = \"$SECRET\"; } );" >"$TMP/keys.conf"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$TMP/localhost.key" -out "$TMP/localhost.pem" 2>/dev/null
printf token >"$TMP/token"; printf guess >"$TMP/guess"
hub_configure 'protect = [ "name7.ag" ];' "archive-max = 1; expanded-max = 8;
	https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\"; key = \"localhost.key\"; };
	publishers = ( { name = \"alice\"; feeds = [ \"test\" ];
		tokens = [ \"$(sha256sum "$TMP/token" | cut -d' ' -f1)\" ]; } );"
# Enough of them below bo for several messages.
for i in $(seq 900); do echo "more$i.bo,$today,$week"; done >>"$TMP/names.csv"
grep -v '^name7\.ag' "$TMP/names.csv" >"$TMP/fine.csv"
hub_start || exit 1
hub_update 100 "$TMP/fine.csv" alice bob
same 'an update, to begin with' accepted "$(hub_drop "$TMP/100.tar")"

# All that may not change: what is in force, and what is handed out.
state() { sha256sum "$HUB/book.json"; serial_in_force; ls "$HUB"/zones/*; }
records() { "$B/bin/cordon" audit --json --count 100000 --socket "$SOCK"; }
before=$(state)
unchanged() { same "$1: nothing changed" "$before" "$(state)"; }

# Updates.
attack() { # ABOUT STATE CODES FILE
	n=$(records | wc -l)
	same "$1" "$2: $3" "$(hub_drop "$4"): $(codes "${4##*/}")"
	unchanged "$1"
	same "$1: in the audit" 1 "$(records | tail -n +$((n + 1)) | grep "\"update-$2\"" | grep -c "${3%% *}")"
}
update() { # NAME SERIAL NAMES.csv KEYS...: with $SIGN_OPTIONS for each key
	to=$1 n=$2 csv=$3
	shift 3
	"$B/bin/cordon" build --feed "${FEED-test}" --hub hub.example --serial "$n" --suffix ag --suffix bo \
		--suffix tw --output "$TMP/parts" "$csv" >/dev/null 2>&1
	from=$TMP/parts
	for key; do
		# shellcheck disable=SC2086 # words
		"$B/bin/cordon" sign "$from" $SIGN_OPTIONS --key "$TMP/keys/$key.private" --output "$TMP/next.tar" 2>"$TMP/err"
		mv "$TMP/next.tar" "$TMP/step.tar"
		from=$TMP/step.tar
	done
	mv "$TMP/step.tar" "$TMP/$to.tar"
	rm -rf "$TMP/parts"
}
SIGN_OPTIONS=
update good 101 "$TMP/fine.csv" alice bob
update one 101 "$TMP/fine.csv" alice
SIGN_OPTIONS='--expiration +10d'
update later 101 "$TMP/fine.csv" alice
SIGN_OPTIONS=
update unknown 101 "$TMP/fine.csv" alice mallory
update none 101 "$TMP/fine.csv" mallory
SIGN_OPTIONS='--inception -9d --expiration -1d'
update expired 101 "$TMP/fine.csv" alice bob
SIGN_OPTIONS='--inception +1h'
update early 101 "$TMP/fine.csv" alice bob
SIGN_OPTIONS=
update rollback 99 "$TMP/fine.csv" alice bob
sed 's/name1\./name99./' "$TMP/fine.csv" >"$TMP/fine2.csv"
update same 100 "$TMP/fine2.csv" alice bob
update gap $((100 + 2147483648)) "$TMP/fine.csv" alice bob
update far $((100 + 2147483648 + 5)) "$TMP/fine.csv" alice bob
update protected 101 "$TMP/names.csv" alice bob
FEED=other update other 101 "$TMP/fine.csv" alice bob
/usr/bin/python3 "$here/forge.py" "$TMP" || exit 1
head -c 1100000 /dev/zero >"$TMP/huge.tar"
while read -r file state codes about; do
	attack "$about" "$state" "$(echo "$codes" | tr , ' ')" "$TMP/$file.tar"
done <<'TABLE'
one       waiting signature-few                  one signature too few
twice     refused signature-few,signature-twice  the same key twice
unknown   refused key-unknown,signature-few      an unknown key beside a known one
none      refused key-unknown,signature-none     an unknown key
expired   refused expired,signature-none         expired
early     refused not-yet-valid,signature-none   not yet valid
rollback  refused serial-rollback                rollback
same      refused serial-same                    other bytes under the serial in force
gap       refused serial-gap                     a serial 2^31 ahead, without an order
far       refused serial-gap                     a serial over 2^31 ahead
bit       refused digest                         a bit in the digest
name-bit  refused digest                         a bit in a name
outside   refused outside-zone,syntax            a record outside the zone
suffix    refused suffix,part-digest,part-names  a part of another suffix
feed      refused feed,part-digest               a part of another feed
other     refused feed                           an update of another feed
member    refused member-twice                   a member twice
huge      refused too-large                      a huge body
bomb      refused too-large                      a compression bomb
cut       refused archive                        a truncated body
cut-part  refused syntax                         a truncated part
behind    refused archive                        a byte behind the archive
junk      refused archive                        junk
protected refused guard-protected                a name that is protected
TABLE

# HTTPS.
U=https://localhost:$https_port/v1/feeds/test/updates
for i in $(seq 50); do curl -s --cacert "$TMP/localhost.pem" "$U/1" >/dev/null && break; sleep 0.1; done
put() { # TOKEN ARGUMENTS...
	token=$1; shift
	curl -s -m 20 -o /dev/null -w '%{http_code}' --cacert "$TMP/localhost.pem" -H "Authorization: Bearer $(cat "$TMP/$token")" "$@"
}
audited() { # ABOUT PATTERN...: a record that has all
	about=$1; shift
	for i in $(seq 50); do
		records >"$TMP/found"
		for p; do grep -e "$p" "$TMP/found" >"$TMP/found2"; mv "$TMP/found2" "$TMP/found"; done
		[ -s "$TMP/found" ] && break
		sleep 0.1
	done
	check "$about: in the audit" [ -s "$TMP/found" ]
	unchanged "$about"
}
same 'a token stolen, but no signatures' 202 "$(put token -T "$TMP/one.tar" "$U/101")"
audited 'a token stolen, but no signatures' '"update-waiting"' 'alice' 'https'
same 'a token stolen, with signatures of the thief' 422 "$(put token -T "$TMP/none.tar" "$U/101")"
audited 'a token stolen, with signatures of the thief' '"update-refused"' 'alice' 'key-unknown'
same 'a token that nobody has' 401 "$(put guess -T "$TMP/good.tar" "$U/101")"
audited 'a token that nobody has' '"https-refused"' stranger 401
same 'a huge body' 413 "$(put token -T "$TMP/huge.tar" "$U/101")"
audited 'a huge body' '"https-refused"' '"alice"' 'larger than archive-max'
begin=$(date +%s)
yes | put token -T - "$U/101" >/dev/null
check 'an endless body is cut off' [ $(($(date +%s) - begin)) -lt 15 ]
audited 'an endless body' '"https-refused"' '"alice"' 'more than was announced'
same 'an update under the serial of another' 422 "$(put token -T "$TMP/good.tar" "$U/102")"
audited 'an update under the serial of another' '"update-refused"' serial-other
n=$(records | wc -l)
for i in $(seq 20); do put guess "$U/101" >/dev/null; done
same 'the same refusal again and again does not fill the audit' "$n" "$(records | wc -l)"

# Transfers.
Z=ag.test.hub.example
/usr/bin/python3 "$here/xfr_attack.py" $Z $SECRET answers >"$TMP/attack" 2>&1
sed 's/^/# /' "$TMP/attack"
check 'answers to forged requests are as they must be' grep -q '^all answers right' "$TMP/attack"
dig +time=3 +tries=1 @127.0.0.1 $Z AXFR >/dev/null
dig +time=3 +tries=1 @127.0.0.1 -y "hmac-sha256:nobody:$SECRET" $Z AXFR >/dev/null
dig +time=3 +tries=1 @127.0.0.1 -y "hmac-sha384:tools:$SECRET" bo.test.hub.example AXFR >/dev/null
while IFS='|' read -r error who about; do
	audited "$about" '"transfer-refused"' "$error" "\"$who\""
done <<'TABLE'
replay|tools|TSIG: replay
BADTIME|tools|TSIG: bad time
BADKEY|stranger|TSIG: bad key
BADSIG|stranger|TSIG: bad MAC
BADTRUNC|tools|TSIG: truncated MAC
MAC too short or too long|stranger|TSIG: MAC truncated to less than half
not signed|stranger|transfer by a stranger
another registry's zone|tools|a registry asks for another's part
TABLE

# On the way to a node.
echo keep >"$TMP/how"
/usr/bin/python3 "$here/between.py" "$between_port" 53 "$TMP/how" >"$TMP/between.log" 2>&1 &
PIDS="$PIDS $!"
mkdir "$TMP/state" "$TMP/lists"
echo $SECRET >"$TMP/secret"
echo 'registries = ( );' >"$TMP/node-registries.conf"
cat >"$TMP/node.conf" <<CONF
role = "node"; state = "$TMP/state"; domain = "hub.example"; control = "$NODE";
registries = "node-registries.conf";
sources = ( { name = "hub"; address = "127.0.0.1:$between_port"; key = "bo."; secret-file = "secret"; } );
node = { lists = "$TMP/lists"; refresh = 1; retry = 1; stall = 3; longest = 8; zone-max = 1; };
feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2; suffixes = [ "bo" ]; } );
CONF
"$B/bin/cordond" --config "$TMP/node.conf" >"$TMP/node.log" 2>&1 &
PIDS="$PIDS $!"
node_says() {
	"$B/bin/cordon" status --hub --json --socket "$NODE" 2>/dev/null |
		/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["parts"][0][sys.argv[1]])' "$1" 2>/dev/null
}
until_says() { for i in $(seq 200); do node_says "$1" | grep -q "$2" && break; sleep 0.1; done; node_says "$1"; }
same 'a node holds its part' 100 "$(until_says serial '^100$')"
lists=$(cat "$TMP/lists/bo.test.zone")
hub_update 101 "$TMP/fine2.csv" alice bob
echo strip-last >"$TMP/how"
same 'a newer update' accepted "$(hub_drop "$TMP/101.tar")"
while IFS='|' read -r how error about; do
	n=$("$B/bin/cordon" audit --json --socket "$NODE" | grep -c "$error")
	echo "$how" >"$TMP/how"
	check "node: $about: its reason" sh -c "echo '$(until_says error "$error")' | grep '$error'"
	same "node: $about: what it holds stays" "100 $lists" "$(node_says serial) $(cat "$TMP/lists/bo.test.zone")"
	for i in $(seq 50); do
		now=$("$B/bin/cordon" audit --json --socket "$NODE" | grep -c "$error")
		[ "$now" -gt "$n" ] && break
		sleep 0.1
	done
	check "node: $about: in the audit" [ "$now" -gt "$n" ]
done <<'TABLE'
strip-last|not signed|the MAC of the last message stripped
cut-mac|BADTRUNC|truncated MAC
old|BADSIG|another time
other-key|BADKEY|another key
flip|BADSIG|a bit of a record
end-missing|ends early|the end is missing
replay|BADSIG|the answer of before, replayed
TABLE
echo none >"$TMP/how"
same 'node: without the attacker: the newer update' 101 "$(until_says serial '^101$')"
check 'a file of the node is one of the hub, byte for byte' cmp "$(ls "$TMP"/state/zones/*/*.zone | head -1)" \
	"$HUB/$(cd "$TMP/state" && ls zones/*/*.zone | head -1)"
for s in "$SOCK" "$NODE"; do check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$s"; done
[ "$failed" = 0 ] || { tail -30 "$TMP/node.log"; "$B/bin/cordon" audit --json --socket "$NODE"; } | cut -c 1-300 | sed 's/^/# /'
