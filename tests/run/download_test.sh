#!/bin/sh
# Downloads over HTTPS: who may have what, conditions and ranges, deltas, proofs, and what the hub
# holds for delivered.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
hub_world
cert() { # NAME: a certificate of its own
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext "subjectAltName=DNS:$1" -keyout "$TMP/$1.key" -out "$TMP/$1.pem" 2>/dev/null
}
cert localhost; cert bo.example; cert stranger.example
sum() { printf '%s' "$1" | sha256sum | cut -d' ' -f1; }
sha384() { sha384sum "$1" | cut -d' ' -f1; }
sed -i 's/ } );$/ }, { name = "mirror"; mirror = true; feeds = [ "test" ]; }, \
	{ name = "far"; suffixes = [ "far" ]; mirror = true; feeds = [ "test" ]; addresses = [ "192.0.2.0\/24" ]; } );/' "$TMP/registries.conf"
cat >>"$TMP/keys.conf" <<-CONF
access = ( { registry = "ag-registry"; tokens = [ "$(sum 'token of ag')" ]; },
	{ registry = "bo-registry"; certificates = [ "$(openssl x509 -in "$TMP/bo.example.pem" -noout -fingerprint -sha256 | cut -d= -f2)" ]; },
	{ registry = "mirror"; tokens = [ "$(sum 'token of mirror')" ]; },
	{ registry = "far"; tokens = [ "$(sum 'token of far')" ]; } );
CONF
hub_configure 'change-percent-max = 0;' "https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\";
	key = \"localhost.key\"; client-ca = \"bo.example.pem\"; idle = 3; longest = 6;
	downloads-per-registry = 3; requests-per-minute = 100; };"
hub_start || exit 1
U=https://localhost:$https_port/v1/zones
AG=ag.test.hub.example.
ask() { : >"$TMP/body"; curl -s -o "$TMP/body" -D "$TMP/head" -w '%{http_code}' --cacert "$TMP/localhost.pem" "$@"; }
as() { who=$1; shift; ask -H "Authorization: Bearer token of $who" "$@"; }
field() { tr -d '\r' <"$TMP/head" | sed -n "s/^$1: //Ip"; }
json() { /usr/bin/python3 -c 'import json, sys
v = json.load(open(sys.argv[1]))
for k in sys.argv[2:]: v = v[int(k)] if isinstance(v, list) else v[k]
print(v)' "$TMP/body" "$@"; }
status() { "$B/bin/cordon" status --registries --json --socket "$SOCK" | /usr/bin/python3 -c 'import json, sys
print(next("%d of %d" % (g["holds"], g["parts"]) for g in json.load(sys.stdin)["registries"] if g["name"] == sys.argv[1]))' "$1"; }
becomes() { # ABOUT WANT COMMAND...: it does, in the end
	about=$1 want=$2; shift 2
	for i in $(seq 100); do [ "$("$@")" = "$want" ] && break; sleep 0.1; done
	same "$about" "$want" "$("$@")"
}
audit() { "$B/bin/cordon" audit --json --socket "$SOCK"; }
deliveries() { audit | grep '"delivery"' | grep -c "$1"; }
for i in $(seq 50); do ask "$U" >/dev/null && break; sleep 0.1; done

same 'before the first update: an empty list' 200 "$(as ag "$U")"
same 'of nothing' '[]' "$(json zones)"
hub_update 1 "$TMP/names.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"
becomes 'its own part is in the list' 200 as ag "$U/$AG"
same 'the list' 200 "$(as ag "$U")"
same 'has its part' ag.test.hub.example "$(json zones 0 origin)"
check 'and no other' sh -c "! grep -q 'bo\.test' '$TMP/body'"
digest=$(json zones 0 sha384) size=$(json zones 0 size) list=$(field etag)
same 'the list has a tag' 304 "$(as ag -H "If-None-Match: $list" "$U")"

same 'the part' 200 "$(as ag "$U/$AG")"
cp "$TMP/body" "$TMP/ag1.zone"
same 'is what the list said' "$digest" "$(sha384 "$TMP/ag1.zone")"
same 'of that size' "$size" "$(wc -c <"$TMP/ag1.zone")"
same 'its tag is its digest' "\"$digest\"" "$(field etag)"
same 'its type' text/dns "$(field content-type)"
check 'it has a date' sh -c "grep -qi '^last-modified: .* GMT' '$TMP/head'"
modified=$(field last-modified)
trust="--key $TMP/keys/alice.key --key $TMP/keys/bob.key --threshold 2"
# shellcheck disable=SC2086 # words
check 'cordon verify takes it as it came' "$B/bin/cordon" verify $trust --feed test "$TMP/ag1.zone"
becomes 'and the hub knows that it was taken' '1 of 1' status ag-registry
same 'by a delivery in the audit' 1 "$(deliveries ag-registry | sed 's/^[1-9].*/1/')"
same 'who asks for capitals gets the same' 200 "$(as ag "$U/AG.Test.HUB.example")"
same 'byte by byte' "$digest" "$(sha384 "$TMP/body")"

same 'HEAD' 200 "$(as ag -I "$U/$AG")"
same 'has the tag' "\"$digest\"" "$(field etag)"
same 'and the length' "$size" "$(field content-length)"
same 'what is held is not sent again' 304 "$(as ag -H "If-None-Match: \"x\", W/\"$digest\"" "$U/$AG")"
same 'no body' 0 "$(wc -c <"$TMP/body" | sed 's/^ *//')"
same 'and the tag is there' "\"$digest\"" "$(field etag)"
same 'nor by its date' 304 "$(as ag -H "If-Modified-Since: $modified" "$U/$AG")"
same 'another tag' 200 "$(as ag -H 'If-None-Match: "x"' "$U/$AG")"
same 'only if it is another still' 412 "$(as ag -H 'If-Match: "x"' "$U/$AG")"

same 'a piece' 206 "$(as ag -r 0-99 "$U/$AG")"
same 'which one' "bytes 0-99/$size" "$(field content-range)"
check 'is that' cmp -n 100 "$TMP/body" "$TMP/ag1.zone"
same 'of that length' 100 "$(wc -c <"$TMP/body" | sed 's/^ *//')"
same 'the last bytes' 206 "$(as ag -r -10 "$U/$AG")"
check 'are those' sh -c "tail -c 10 '$TMP/ag1.zone' | cmp - '$TMP/body'"
same 'behind the end' 416 "$(as ag -r "$size-" "$U/$AG")"
same 'how large it is' "bytes */$size" "$(field content-range)"
same 'several pieces: all' 200 "$(as ag -r 0-1,5-6 "$U/$AG")"
head -c 700 "$TMP/ag1.zone" >"$TMP/cut"
same 'a download that was cut goes on' 206 "$(as ag -H "If-Range: \"$digest\"" -r 700- "$U/$AG")"
cat "$TMP/body" >>"$TMP/cut"
same 'and is whole then' "$digest" "$(sha384 "$TMP/cut")"
same 'with another version it does not' 200 "$(as ag -H 'If-Range: "x"' -r 700- "$U/$AG")"
same 'that is the whole' "$digest" "$(sha384 "$TMP/body")"

refused() { # ABOUT STATUS COMMAND...
	about=$1 want=$2; shift 2
	same "$about" "$want" "$("$@")"
	check "$about: as a problem" grep -q '"title"' "$TMP/body"
}
refused 'no token' 401 ask "$U/$AG"
check 'says how' grep -qi '^www-authenticate: bearer' "$TMP/head"
cp "$TMP/body" "$TMP/401"
refused 'a bad token' 401 as nobody "$U/$AG"
refused 'a good one from elsewhere' 401 as far "$U/$AG"
check 'which does not show that it is good' cmp "$TMP/401" "$TMP/body"
refused "a stranger's certificate" 401 ask --cert "$TMP/stranger.example.pem" --key "$TMP/stranger.example.key" "$U"
for what in '' /proof '/delta?from=1'; do
	refused "another's zone$what" 404 as ag "$U/bo.test.hub.example.$what"
	grep -vi '^date:' "$TMP/head" >"$TMP/head.other"; cp "$TMP/body" "$TMP/body.other"
	refused "a zone that is not there$what" 404 as ag "$U/xx.test.hub.example.$what"
	check 'the same bytes' sh -c "grep -vi '^date:' '$TMP/head' | cmp - '$TMP/head.other' && cmp '$TMP/body' '$TMP/body.other'"
done
refused 'a catalog is none of these' 404 as ag "$U/catalog.ag-registry.hub.example."
refused 'another method' 405 as ag -X DELETE "$U/$AG"
same 'and those there are' 'GET, HEAD' "$(field allow)"
refused 'a way out' 404 as ag --path-as-is "$U/../../etc/passwd"
check 'TLS 1.2 is refused' sh -c "! curl -s --tls-max 1.2 --cacert '$TMP/localhost.pem' '$U'"
same 'by certificate' 200 "$(ask --cert "$TMP/bo.example.pem" --key "$TMP/bo.example.key" "$U/bo.test.hub.example.")"
becomes 'it counts too' '1 of 1' status bo-registry
same 'a mirror sees all' 200 "$(as mirror "$U")"
same 'there are' '_update.test.hub.example ag.test.hub.example bo.test.hub.example tw.test.hub.example' \
	"$(/usr/bin/python3 -c 'import json, sys; print(*sorted(z["origin"] for z in json.load(open(sys.argv[1]))["zones"]))' "$TMP/body")"
mkdir -p "$TMP/whole/parts"
for s in $SUFFIXES; do
	as mirror "$U/$s.test.hub.example." >/dev/null; cp "$TMP/body" "$TMP/whole/parts/$s.zone"
done
same 'the signed manifest' 200 "$(as mirror "$U/_update.test.hub.example.")"
cp "$TMP/body" "$TMP/whole/MANIFEST.zone"
# shellcheck disable=SC2086 # words
check 'with which cordon verify takes them as one' "$B/bin/cordon" verify $trust --feed test "$TMP/whole"
refused 'who has one part has no use for it' 404 as ag "$U/_update.test.hub.example."
becomes 'and takes all' '3 of 3' status mirror

sed -e '/^name7\.ag/d' -e '/^name9\.ag/s/^name9/nama9/' "$TMP/names.csv" >"$TMP/names2.csv"
hub_update 2 "$TMP/names2.csv" alice bob
same 'the next update' accepted "$(hub_drop "$TMP/2.tar")"
serial_of() { as ag "$U" >/dev/null; json zones 0 serial; }
becomes 'is in the list' 2 serial_of
same 'what was held is not all' '0 of 1' "$(status ag-registry)"
same 'the delta' 200 "$(as ag "$U/$AG/delta?from=1")"
cp "$TMP/body" "$TMP/delta"
same 'its type' text/x-diff "$(field content-type)"
delta=$(field etag)
check 'it is short' [ "$(wc -l <"$TMP/delta")" -lt 40 ]
check 'it says what goes' grep -qx -- '-name7 .*' "$TMP/delta"
check 'and what comes' grep -qx -- '+nama9 .*' "$TMP/delta"
check 'and of which serials' sh -c "head -1 '$TMP/delta' | grep -q 'serial 1 sha384 $digest'"
cat >"$TMP/apply.py" <<'PY'
import re, sys
old, delta = open(sys.argv[1]).readlines(), open(sys.argv[2]).readlines()[2:]
out, at, i = [], 0, 0
while i < len(delta):
    start, gone = re.match(r"@@ -(\d+)(?:,(\d+))? \+", delta[i]).groups()
    gone = 1 if gone is None else int(gone)
    first = int(start) - (1 if gone else 0)
    out += old[at:first]
    at, i = first, i + 1
    while i < len(delta) and delta[i][0] != "@":
        if delta[i][0] == "-":
            assert old[at] == delta[i][1:]
            at += 1
        else:
            out.append(delta[i][1:])
        i += 1
sys.stdout.writelines(out + old[at:])
PY
/usr/bin/python3 "$TMP/apply.py" "$TMP/ag1.zone" "$TMP/delta" >"$TMP/ag2.zone"
new=$(sed -n '2s/.* sha384 //p' "$TMP/delta")
same 'put into the old part it gives the new one' "$new" "$(sha384 "$TMP/ag2.zone")"
# shellcheck disable=SC2086 # words
check 'which cordon verify takes' "$B/bin/cordon" verify $trust --feed test --serial 1 "$TMP/ag2.zone"
check 'patch(1) does the same' sh -c "patch -s -o '$TMP/patched' '$TMP/ag1.zone' '$TMP/delta' && cmp '$TMP/patched' '$TMP/ag2.zone'"
becomes 'who took it holds the part' '1 of 1' status ag-registry
same 'by that kind of delivery' 1 "$(deliveries https-delta)"
same 'the part itself' 200 "$(as ag "$U/$AG")"
check 'is the same' cmp "$TMP/body" "$TMP/ag2.zone"
same 'a delta that is held' 304 "$(as ag -H "If-None-Match: $delta" "$U/$AG/delta?from=1")"
same 'since now: nothing' 200 "$(as ag "$U/$AG/delta?from=2")"
same 'but the head' 2 "$(wc -l <"$TMP/body" | sed 's/^ *//')"
refused 'since a serial that is not kept' 410 as ag "$U/$AG/delta?from=0"
refused 'since one that never was' 404 as ag "$U/$AG/delta?from=3"
refused 'since nothing' 404 as ag "$U/$AG/delta"

same 'the proof' 200 "$(as ag "$U/$AG/proof")"
cp "$TMP/body" "$TMP/proof"
same 'is of this version' "$new" "$(json sha384)"
# What has only names, by whichever way, is verified with the proof's apex before them.
grep -n '^nam' "$TMP/ag2.zone" | head -1 | cut -d: -f1 >"$TMP/first"
assemble() { { json apex | sed '$d'; tail -n "+$(cat "$TMP/first")" "$1"; } >"$TMP/assembled"; }
cp "$TMP/proof" "$TMP/body"; assemble "$TMP/ag2.zone"
# shellcheck disable=SC2086 # words
check 'its apex before the names is verified' "$B/bin/cordon" verify $trust --feed test "$TMP/assembled"
sed 's/^name11 /name99 /' "$TMP/ag2.zone" >"$TMP/wrong"; assemble "$TMP/wrong"
# shellcheck disable=SC2086 # words
check 'with another name it is not' sh -c "! '$B/bin/cordon' verify $trust --feed test '$TMP/assembled'"
seq=$(json audit seq) hash=$(json audit hash)
check "the audit has the record that it names" sh -c "'$B/bin/cordon' audit --json --socket '$SOCK' | tr -d ' ' | grep -q '$hash'"
check 'at that place' [ "$seq" -gt 0 ]

cat >"$TMP/slow.py" <<'PY'
import socket, ssl, sys, time
port, ca, target, token, how = sys.argv[1:]
raw = socket.socket()
raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
raw.connect(("127.0.0.1", int(port)))
s = ssl.create_default_context(cafile=ca).wrap_socket(raw, server_hostname="localhost")
s.send(b"GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token of %s\r\n\r\n" % (target.encode(), token.encode()))
begin, got, why = time.monotonic(), 0, "never"
s.settimeout(20)
if how == "reset":
    s.recv(100); s.close(); print("reset"); sys.exit()
try:
    while time.monotonic() - begin < 40:
        part = s.recv(4096)
        if not part: why = "end"; break
        got += len(part)
        time.sleep(0.25 if how == "trickle" else 7)
except OSError as e:
    why = "cut"
print("cut off" if why != "never" and time.monotonic() - begin < 25 else f"{why} after {time.monotonic() - begin} s, {got} bytes")
PY
for i in $(seq 60000); do echo "somewhat-longer-name-$i.tw,$today,$week"; done >>"$TMP/names2.csv"
hub_update 3 "$TMP/names2.csv" alice bob
same 'a large part' accepted "$(hub_drop "$TMP/3.tar")"
TW=tw.test.hub.example.
serial_tw() { as mirror "$U/$TW/proof" >/dev/null; json serial; }
becomes 'is there' 3 serial_tw
slow() { timeout 60 /usr/bin/python3 "$TMP/slow.py" "$https_port" "$TMP/localhost.pem" "/v1/zones/$TW" mirror "$1"; }
same 'who goes away in the middle' reset "$(slow reset)"
same 'who reads a little now and then is cut off' 'cut off' "$(slow trickle)"
same 'who reads nothing too' 'cut off' "$(slow still)"
refusals() { deliveries '"ok\\*":false'; }
becomes 'none of them has taken it' 3 refusals
# ag's and bo's parts of serial 3 were not asked for either.
same 'so says the status' '0 of 3' "$(status mirror)"
pids=
for i in 1 2 3 4 5 6; do as mirror -o /dev/null -D /dev/null --limit-rate 100k -m 5 "$U/$TW" >"$TMP/code.$i" & pids="$pids $!"; done
for p in $pids; do wait "$p"; done
cat "$TMP"/code.* >"$TMP/codes"
check 'too many at a time' grep -q 429 "$TMP/codes"
same 'a whole one counts' 200 "$(as mirror "$U/$TW")"
becomes 'as one' '1 of 3' status mirror
sed -i 's/^somewhat-longer-name-9999[.]/later-&/' "$TMP/names2.csv"
hub_update 4 "$TMP/names2.csv" alice bob
as mirror "$U/$TW" >/dev/null; cp "$TMP/body" "$TMP/tw3.zone"
same 'a small change of a large part' accepted "$(hub_drop "$TMP/4.tar")"
becomes 'is there, too' 4 serial_tw
same 'its delta' 200 "$(as mirror -m 20 "$U/$TW/delta?from=3")"
check 'is small' [ "$(wc -l <"$TMP/body")" -lt 30 ]
check 'and right' sh -c "patch -s -o '$TMP/patched' '$TMP/tw3.zone' '$TMP/body' &&
	sha384sum '$TMP/patched' | grep -q \"^$(sed -n '2s/.* sha384 //p' "$TMP/body")\""
as ag -w '%{http_code}\n' "$U/x[1-150].example" >"$TMP/codes"
check 'too many a minute' grep -q 429 "$TMP/codes"
same 'others are not touched by it' 200 "$(as mirror "$U")"
counts() { "$B/bin/cordon" status --hub --json --socket "$SOCK" | /usr/bin/python3 -c 'import json, sys
c = json.load(sys.stdin)["https_counts"]
print(all(c[k] > 0 for k in ("list", "whole", "piece", "delta", "proof", "unchanged", "stranger", "absent", "limited", "cut")))'; }
becomes 'all is counted' True counts
check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
for p in $(pgrep -P "$HUB_PID"); do
	if grep -q cordond-intake "/proc/$p/comm"; then pid=$p; fi
done
same 'the process is confined' 2 "$(sed -n 's/^Seccomp:\t//p' "/proc/$pid/status")"

# A node hands on what it has pulled and verified, with tokens of its own.
mkdir "$TMP/state"; printf '%s\n' "$SECRET" >"$TMP/secret"
echo "access = ( { registry = \"local\"; tokens = [ \"$(sum 'token of local')\"]; } );" >"$TMP/node-keys.conf"
echo 'registries = ( { name = "local"; mirror = true; feeds = [ "test" ]; } );' >"$TMP/node-registries.conf"
NODE=$TMP/node.sock node_port=$((20000 + ($$ + 2) % 20000))
cat >"$TMP/node.conf" <<-CONF
role = "node"; state = "$TMP/state"; domain = "hub.example"; control = "$NODE";
registries = "node-registries.conf"; registry-keys = "node-keys.conf";
https = { listen = [ "127.0.0.1:$node_port" ]; certificate = "localhost.pem"; key = "localhost.key"; };
sources = ( { name = "hub"; address = "127.0.0.1:$xfr_port"; key = "ag."; secret-file = "secret"; } );
node = { lists = "$TMP/lists"; refresh = 1; retry = 1; };
feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2; suffixes = [ "ag" ]; } );
CONF
mkdir "$TMP/lists"
check "a node's configuration may have https" "$B/bin/cordond" --check-config --config "$TMP/node.conf"
"$B/bin/cordond" --config "$TMP/node.conf" >"$TMP/node.log" 2>&1 &
NODE_PID=$!; PIDS="$PIDS $NODE_PID"
becomes 'it hands on its part' 200 as local "https://localhost:$node_port/v1/zones/$AG"
# shellcheck disable=SC2086 # words
check 'with its proof' "$B/bin/cordon" verify $trust --feed test --serial 3 "$TMP/body"
same 'updates it does not take' 401 "$(as local -T "$TMP/4.tar" "https://localhost:$node_port/v1/feeds/test/updates/4")"
check 'the node ends' sh -c "kill -TERM $NODE_PID"
check 'TERM ends it' hub_stop
