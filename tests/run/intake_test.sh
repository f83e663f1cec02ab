#!/bin/sh
# Updates over HTTPS: who may bring them, whole, in pieces, too large, too slow.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
hub_world
cert() { # NAME: a certificate of its own
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext "subjectAltName=DNS:$1" -keyout "$TMP/$1.key" -out "$TMP/$1.pem" 2>/dev/null
}
cert localhost; cert alice.example; cert stranger.example
printf 'a token of alice' >"$TMP/alice.token"; printf 'a guess' >"$TMP/bad.token"
printf 'a token of carol' >"$TMP/carol.token"
sum() { sha256sum "$1" | cut -d' ' -f1; }
hub_configure '' "archive-max = 1;
	https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\"; key = \"localhost.key\";
		client-ca = \"alice.example.pem\"; idle = 3; longest = 6; connections-per-client = 6; };
	publishers = ( { name = \"alice\"; feeds = [ \"test\" ]; tokens = [ \"$(sum "$TMP/alice.token")\" ];
		certificates = [ \"$(openssl x509 -in "$TMP/alice.example.pem" -outform der | sha256sum | cut -d' ' -f1)\" ]; },
		{ name = \"carol\"; feeds = [ \"other\" ]; tokens = [ \"$(sum "$TMP/carol.token")\" ]; } );"
sed -i 's/feeds = ( { name = "test"/feeds = ( { name = "other"; keys = [ "keys\/bob.key" ]; threshold = 1; }, { name = "test"/' "$TMP/hub.conf"
in_force() { "$B/bin/cordon" status --hub --json --socket "$SOCK" |
	/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["feeds"][1]["serial"])'; }
hub_start || exit 1
U=https://localhost:$https_port/v1/feeds/test/updates
for i in $(seq 50); do curl -s --cacert "$TMP/localhost.pem" "$U/1" >/dev/null && break; sleep 0.1; done
submit() { "$B/bin/cordon" submit --tries 1 --hub "https://localhost:$https_port" --feed test --ca "$TMP/localhost.pem" "$@" >"$TMP/out" 2>&1; echo $?; }
put() { curl -s -o "$TMP/body" -w '%{http_code}' --cacert "$TMP/localhost.pem" -H "Authorization: Bearer $(cat "$TMP/alice.token")" "$@"; }

hub_update 1 "$TMP/names.csv" alice
same 'one signature: waiting' 3 "$(submit --serial 1 --token "$TMP/alice.token" "$TMP/1.tar")"
check 'and says for how many' grep -q 'waiting: 1 more' "$TMP/out"
same 'a stolen token without the signatures changes nothing' None "$(in_force)"
hub_update 1 "$TMP/names.csv" alice bob
same 'a token nobody has' 4 "$(submit --serial 1 --token "$TMP/bad.token" "$TMP/1.tar")"
check 'is unauthorised' grep -q '^401' "$TMP/out"
same 'no token' 4 "$(submit --serial 1 "$TMP/1.tar")"
same "another feed's publisher" 4 "$(submit --serial 1 --token "$TMP/carol.token" "$TMP/1.tar")"
check 'is forbidden' grep -q '^403' "$TMP/out"
same 'under another serial: refused' 1 "$(submit --serial 2 --token "$TMP/alice.token" "$TMP/1.tar")"
check 'why' grep -q serial-other "$TMP/out"
same 'nothing of that is in force' None "$(in_force)"
same 'by certificate: accepted' 0 "$(submit --serial 1 --certificate "$TMP/alice.example.pem" --key "$TMP/alice.example.key" "$TMP/1.tar")"
same 'in force' 1 "$(in_force)"
same 'a certificate of a stranger' 4 "$(submit --serial 1 --certificate "$TMP/stranger.example.pem" --key "$TMP/stranger.example.key" "$TMP/1.tar")"
same 'the same once more: accepted already' 0 "$(submit --serial 1 --token "$TMP/alice.token" "$TMP/1.tar")"
same 'the same under another serial: refused' 1 "$(submit --serial 7 --token "$TMP/alice.token" "$TMP/1.tar")"
same 'the status of an update' 200 "$(put "$U/1")"
check 'says accepted' grep -q '"state":"accepted"' "$TMP/body"
same 'of one that never came' 404 "$(put "$U/77")"

hub_update 2 "$TMP/names.csv" alice bob
size=$(wc -c <"$TMP/2.tar") half=5000
head -c $half "$TMP/2.tar" >"$TMP/first"; tail -c +$((half + 1)) "$TMP/2.tar" >"$TMP/second"
same 'the first piece' 200 "$(put -T "$TMP/first" -H "Content-Range: bytes 0-$((half - 1))/$size" "$U/2")"
check 'how far it is' grep -q "\"offset\":$half" "$TMP/body"
same 'a piece from elsewhere' 416 "$(put -T "$TMP/second" -H "Content-Range: bytes 6000-$((size - 1))/$((size + 1))" "$U/2")"
hub_stop
hub_start || exit 1
for i in $(seq 50); do curl -s --cacert "$TMP/localhost.pem" "$U/1" >/dev/null && break; sleep 0.1; done
same 'the rest, after a restart: accepted' 200 "$(put -T "$TMP/second" -H "Content-Range: bytes $half-$((size - 1))/$size" "$U/2")"
same 'in force' 2 "$(in_force)"

problem() { # ABOUT STATUS ARGUMENTS...
	about=$1 want=$2; shift 2
	same "$about" "$want" "$(put "$@")"
	check "$about: as a problem" grep -q '"title"' "$TMP/body"
}
head -c 1100000 /dev/zero >"$TMP/huge"
problem 'too large' 413 -T "$TMP/huge" "$U/3"
same 'too large, not announced' 413 "$(put -T - "$U/3" <"$TMP/huge")"
problem 'junk' 422 -T "$TMP/localhost.pem" "$U/3"
problem 'another method' 405 -X DELETE "$U/3"
problem 'no such place' 404 "https://localhost:$https_port/v1/feeds/test/updates/03"
problem 'a range that is none' 400 -T "$TMP/first" -H 'Content-Range: bytes 5-1/9' "$U/3"
same 'header fields beyond the limit' 431 "$(put -H "X: $(head -c 20000 /dev/zero | tr '\0' x)" "$U/3")"
check 'TLS 1.2 is refused' sh -c "! curl -s --tls-max 1.2 --cacert '$TMP/localhost.pem' '$U/1'"
check 'a name that is not ours is refused by the client' sh -c "! curl -s --cacert '$TMP/stranger.example.pem' '$U/1'"

cat >"$TMP/slow.py" <<'PY'
import socket, ssl, sys, time
ctx = ssl.create_default_context(cafile=sys.argv[2])
def dial():
    return ctx.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="localhost")
def lasts(s, step):
    begin = time.monotonic()
    s.settimeout(1)
    try:
        while time.monotonic() - begin < 30:
            s.send(step); time.sleep(0.4)
            s.setblocking(False)
            try:
                if s.recv(1) == b"": break
                break
            except (ssl.SSLWantReadError, BlockingIOError): pass
            s.settimeout(1)
    except OSError: pass
    return time.monotonic() - begin
s = dial(); s.send(b"GET /v1/feeds/test/updates/1 HTTP/1.1\r\nHost: x\r\n")
head = lasts(s, b"a: b\r\n")
s = dial(); s.send(b"PUT /v1/feeds/test/updates/9 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a token of alice\r\nContent-Length: 100000\r\n\r\n")
body = lasts(s, b"x")
raw = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); begin = time.monotonic(); raw.settimeout(30)
try: raw.recv(1)
except OSError: pass
print("ok" if head < 15 and body < 15 and time.monotonic() - begin < 15 else f"head {head} body {body}")
PY
same 'who trickles header, body or hand-shake is cut off' ok \
	"$(/usr/bin/python3 "$TMP/slow.py" "$https_port" "$TMP/localhost.pem")"
hub_update 3 "$TMP/names.csv" alice bob
same 'and meanwhile and after, others are served' 0 "$(submit --serial 3 --token "$TMP/alice.token" "$TMP/3.tar")"
same 'in force' 3 "$(in_force)"
check 'every decision is in the audit' sh -c "'$B/bin/cordon' audit --json --socket '$SOCK' | grep -c 'update-' | grep -qx '[6-9]\|1[0-9]'"
check 'which is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
check 'no upload is left behind' sh -c "! ls '$HUB/spool' | grep -v '\.9\$' | grep ."
check 'TERM ends it' hub_stop
