#!/bin/sh
# The transfer process against stock secondaries and clients, in a namespace of its own: BIND
# (127.0.0.2), Knot (.3), NSD (.4), PowerDNS (.5) and Unbound (.6) take parts, a policy zone and
# a catalog from it (127.0.0.1), first whole, then the change.
. "$(dirname "$0")/lib.sh"
need_root
for p in named knotd nsd pdns_server unbound kdig dig ldns-signzone ldns-verify-zone sqlite3 openssl; do
	command -v $p >/dev/null || skip "needs $p"
done
here=$(cd "$(dirname "$0")" && pwd)
ip netns add "$NS_A" && ip -n "$NS_A" link set lo up || exit 1
for i in 2 3 4 5 6; do ip -n "$NS_A" addr add 127.0.0.$i/8 dev lo; done
S=$TMP/state
SECRET=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
Z=tw.conficker-c.cordon.example
RPZ=rpz.tw.cordon.example
CAT=catalog.tw-registry.cordon.example
XFR=$B/tests/control/xfr_main
mkdir -p "$S/zones" && chmod 755 "$TMP"

# Two versions of a part, with ZONEMD as a publisher makes it, and of its policy zone.
part() { # SERIAL FIRST LAST
	/usr/bin/python3 - "$Z" "$@" <<-'PY'
	import sys
	z, serial, first, last = sys.argv[1], *map(int, sys.argv[2:])
	print(f"$ORIGIN {z}.\n$TTL 3600\n@ SOA ns.cordon.example. hostmaster.cordon.example. {serial} 60 5 1209600 3600")
	print('@ NS ns.cordon.example.\n@ TXT "v=cordon1" "feed=conficker-c" "suffix=tw" "action=sinkhole"')
	for i in range(first, last): print(f'bad{i:05} TXT "2009-04-01/2009-04-02"')
	PY
}
version() { # SERIAL FIRST LAST: the part and its policy zone
	part "$@" >"$S/plain" &&
		ldns-signzone -z 1:1 -Z -f "$S/zones/part-$1" "$S/plain" >/dev/null &&
		"$XFR" -p "$S/plain" 2009-04-01 $RPZ "$1" >"$S/zones/rpz-$1"
}
key() { echo "{\"name\":\"$1.\",\"algorithm\":\"$2\",\"secret\":\"$SECRET\"}"; }
registry() { # NAME ALGORITHM ADDRESS [TLS]
	echo "{\"name\":\"$1\",\"keys\":[$(key "$1" "$2")],\"addresses\":[\"$3\"],
	\"notify\":[{\"address\":\"$3\"}],\"tls\":\"${4:-optional}\"}"
}
book() { # SERIAL HISTORY
	all='"bind","knot","nsd","pdns","unbound","tools","pinned"'
	cat >"$S/book.tmp" <<-JSON
	{"version":1,"zones":[
	{"origin":"$Z.","serial":$1,"file":"zones/part-$1","history":[$2],"readers":[$all]},
	{"origin":"$RPZ.","serial":$1,"file":"zones/rpz-$1","history":[$(echo "$2" | sed s/part/rpz/)],"readers":[$all]},
	{"origin":"mx.conficker-c.cordon.example.","serial":$1,"file":"zones/part-$1","readers":["other"]}],
	"registries":[$(registry bind hmac-sha256 127.0.0.2),$(registry knot hmac-sha512 127.0.0.3),
	$(registry nsd hmac-sha256 127.0.0.4),$(registry pdns hmac-sha256 127.0.0.5),
	$(registry unbound hmac-sha256 127.0.0.6),$(registry other hmac-sha256 127.0.0.8),
	{"name":"tools","keys":[$(key tools hmac-sha384)]},
	{"name":"pinned","keys":[$(key pinned hmac-sha256)],"tls":"required","pins":["$PIN"]},
	{"name":"secret","keys":[$(key secret hmac-sha256)],"tls":"required"}],
	"catalogs":[{"origin":"$CAT.","serial":$1,"reader":"tools","members":["$Z."]},
	{"origin":"cat-knot.cordon.example.","serial":$1,"reader":"knot","members":["$RPZ."]},
	{"origin":"cat-bind.cordon.example.","serial":$1,"reader":"bind","members":["$Z."]}]}
	JSON
	mv "$S/book.tmp" "$S/book.json"
}
start() { # LOG COMMAND...
	log=$1; shift
	ip netns exec "$NS_A" "$@" >"$TMP/$log.log" 2>&1 &
	PIDS="$PIDS $!"
}
serial() { in_a dig +short +time=1 +tries=1 @"$1" "$2" SOA | awk '{print $3}'; }
holds() { # ADDRESS ZONE SERIAL
	for _ in $(seq 40); do
		[ "$(serial "$1" "$2")" = "$3" ] && return 0
		sleep 0.2
	done
	return 1
}
event() { # PATTERN...: a line that has them all
	for _ in $(seq 25); do
		cp "$TMP/events" "$TMP/found"
		for p; do grep -e "$p" "$TMP/found" >"$TMP/found2"; mv "$TMP/found2" "$TMP/found"; done
		[ -s "$TMP/found" ] && return 0
		sleep 0.2
	done
	echo "no event has: $*"; tail -20 "$TMP/events"; return 1
}
dig1() { in_a dig +time=3 +tries=1 @127.0.0.1 "$@"; }
tsig() { dig1 -y "hmac-sha384:tools:$SECRET" "$@"; }

version 2026112000 0 3000 && version 2026112100 100 3050 || exit 1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$TMP/key.pem" \
	-out "$TMP/cert.pem" -days 30 -subj /CN=hub.example -addext subjectAltName=DNS:hub.example \
	2>/dev/null || exit 1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$TMP/client.key" \
	-out "$TMP/client.pem" -days 30 -subj /CN=registry 2>/dev/null || exit 1
PIN=$(openssl x509 -in "$TMP/client.pem" -noout -pubkey | openssl pkey -pubin -outform der | sha256sum | cut -c1-64)
book 2026112000 ''
mkfifo "$TMP/parent"
in_a "$XFR" -f -t "$TMP/cert.pem" "$TMP/key.pem" -i 2000 -s 4000 "$S" 127.0.0.1 53 853 \
	<"$TMP/parent" >"$TMP/events" 2>"$TMP/xfr.log" &
PIDS="$PIDS $!"
exec 3>"$TMP/parent"
check 'the book is taken over' event '"event":"book"' '"ok":true' '"zones":6'

. "$here/xfr_secondaries.sh"
for server in bind:2 knot:3 nsd:4 pdns:5; do
	name=${server%:*} address=127.0.0.${server#*:}
	check "$name takes the part" holds "$address" $Z 2026112000
	check "$name takes the policy zone" holds "$address" $RPZ 2026112000
	check "$name is told of as whole transfer" event '"transfer"' "\"$name\"" '"axfr"' '"ok":true'
done
for name in bind knot; do # which have one of these zones by their catalogs alone
	check "$name took its catalog" event '"transfer"' "\"cat-$name.cordon.example\"" '"ok":true'
done

# The change.
book 2026112100 '{"serial":2026112000,"file":"zones/part-2026112000"}'
echo book >&3
for server in bind:2 knot:3 nsd:4 pdns:5; do
	name=${server%:*} address=127.0.0.${server#*:}
	check "$name takes the change of the part" holds "$address" $Z 2026112100
	check "$name takes the change of the policy zone" holds "$address" $RPZ 2026112100
	check "$name took it as IXFR" event '"transfer"' "\"$name\"" '"ixfr"' '"ok":true' 2026112100
done
for name in bind knot nsd; do
	check "$name acknowledged a NOTIFY" event '"notify"' "\"$name\"" '"ok":true' 2026112100
done
check 'Knot verified the ZONEMD' grep -q "\[$Z.\] ZONEMD, verification successful" "$TMP/knot.log"
for server in bind:2 knot:3 nsd:4; do
	in_a dig +noall +answer +onesoa @127.0.0.${server#*:} $Z AXFR >"$TMP/copy"
	check "the copy out of ${server%:*} verifies" ldns-verify-zone -Z "$TMP/copy"
done
same 'Unbound answers from the policy zone' 192.0.2.99 \
	"$(holds 127.0.0.6 $RPZ 2026112100; in_a dig +short @127.0.0.6 bad03049.tw A)"
same 'BIND answers from the policy zone' 192.0.2.99 "$(in_a dig +short @127.0.0.2 www.bad03049.tw A)"
check 'what went is not answered any more' sh -c \
	"ip netns exec $NS_A dig +time=1 +tries=1 @127.0.0.2 bad00001.tw A | grep -vq 192.0.2.99"

# Clients.
tsig +noall +answer +onesoa $Z AXFR >"$TMP/copy"
check 'what dig -y transferred verifies' ldns-verify-zone -Z "$TMP/copy"
in_a kdig @127.0.0.1 +tls-ca="$TMP/cert.pem" +tls-hostname=hub.example -y "hmac-sha384:tools:$SECRET" \
	$Z AXFR >"$TMP/tls" 2>&1
same 'as much over TLS' "$(grep -c TXT "$TMP/copy")" "$(grep -c '	TXT' "$TMP/tls")"
check 'catalog version 2' sh -c "ip netns exec $NS_A dig @127.0.0.1 -y hmac-sha384:tools:$SECRET \
	$CAT AXFR | grep -q 'version.*TXT.*\"2\"'"
check 'IXFR over UDP: the SOA alone' sh -c "[ \$(ip netns exec $NS_A dig +notcp +noall +answer \
	@127.0.0.1 -y hmac-sha384:tools:$SECRET $Z IXFR=2026112000 | grep -c SOA) = 1 ]"
in_a openssl s_client -connect 127.0.0.1:853 -tls1_2 -alpn dot </dev/null >"$TMP/tls12" 2>&1
check 'TLS 1.2 is refused' grep -q 'alert.*failure' "$TMP/tls12"
in_a sh -c 'sleep 1 | openssl s_client -connect 127.0.0.1:853 -alpn h2' >"$TMP/alpn" 2>&1
check 'another protocol is refused' grep -q 'no application protocol' "$TMP/alpn"

pinned() { in_a kdig @127.0.0.1 +tls-ca="$TMP/cert.pem" +tls-hostname=hub.example \
	-y "hmac-sha256:pinned:$SECRET" "$@" $Z SOA; }
same 'a client with the pinned certificate' 1 "$(pinned +tls-certfile="$TMP/client.pem" \
	+tls-keyfile="$TMP/client.key" | grep -c 'status: NOERROR')"
pinned >/dev/null
check 'a client without it' event '"refused"' '"pinned"' '"error":"client certificate not pinned"'

# Who may not.
dig1 $Z AXFR >/dev/null
check 'stranger' event '"refused"' '"error":"not signed"'
dig1 -y "hmac-sha256:nobody:$SECRET" $Z AXFR >"$TMP/out"
check 'bad key' event '"refused"' '"error":"BADKEY"'
tsig mx.conficker-c.cordon.example AXFR >"$TMP/out"
check "another's zone" event '"refused"' "\"error\":\"another registry's zone\"" '"tools"'
tsig nowhere.example AXFR >/dev/null
check 'no such zone' event '"refused"' '"error":"no such zone"'
dig1 -y "hmac-sha256:bind:$SECRET" $Z AXFR >/dev/null
check "another's address" event '"refused"' '"error":"not from this address"' '"bind"'
dig1 -y "hmac-sha256:secret:$SECRET" $Z AXFR >/dev/null
check 'not over TLS' event '"refused"' '"error":"only over TLS"'
in_a /usr/bin/python3 "$here/xfr_attack.py" $Z $SECRET >"$TMP/attack" 2>&1
sed 's/^/# /' "$TMP/attack"
for row in replay BADTIME BADSIG BADTRUNC 'MAC too short or too long' 'opcode' 'malformed' \
	'EDNS version' 'AXFR over UDP' 'IXFR without SOA' 'type or class is not served'; do
	check "attack: $row" event '"refused"' "\"error\":\"$row\""
done
check 'attacks: answers as they must be' grep -q '^all answers right' "$TMP/attack"
check 'others are served beside 100 that stall' grep -q '^served beside stalled' "$TMP/attack"
check 'who stalls is cut' grep -q '^stalled were cut' "$TMP/attack"

book 2026112100 '' && sed -i 's/"version":1/"version":9/' "$S/book.json"
echo book >&3
check 'a bad book is refused' event '"event":"book"' '"ok":false' 'version 9'
same 'the book before stays' 2026112100 "$(tsig +short $Z SOA | awk '{print $3}')"
for name in bind knot nsd pdns unbound; do
	grep -iE 'error|warn|fail|refus|bad|invalid|not auth' "$TMP/$name.log" |
		grep -vE "$(cat "$TMP/$name.ignore")" >"$TMP/complaints"
	check "no complaint in the log of $name" test ! -s "$TMP/complaints"
	[ -s "$TMP/complaints" ] && head -5 "$TMP/complaints" | sed 's/^/# /'
done
same 'nor in ours' '' "$(grep -v 'xfr-book' "$TMP/xfr.log")"
