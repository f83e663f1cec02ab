#!/bin/sh
# Static zones in a running responder: precedence, reload, status, lookup; name servers that lead nowhere.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
command -v kdig >/dev/null || skip 'needs kdig'
port=$((20000 + $$ % 10000))
printf 'sink.example\nns1.home.test\nlisted.ch\n' >"$TMP/names"
zone() { # SERIAL [LINE...]
	printf '$TTL 300\n@ SOA ns1 hostmaster %s 3600 900 604800 300\n@ NS ns1\nns1 A 192.0.2.53\n' "$1" >"$TMP/home.zone"
	shift
	for l; do echo "$l" >>"$TMP/home.zone"; done
}
conf() { # NS [MORE]
	cat >"$TMP/responder.conf" <<-END
		control = "$CTL"; listen = [ "127.0.0.1:$port" ];
		zones = ( { origin = "home.test"; file = "home.zone"; } );
		policies = ( { name = "default"; a = [ "192.0.2.1" ]; ns = [ "$1" ]; ${2:-} },
			{ name = "bare"; } );
		feeds = ( { name = "names"; files = [ "names" ]; action = "${3:-sinkhole}"; } );
	END
}
ask() { kdig +short +timeout=2 -p $port @127.0.0.1 "$@"; }
checks() { "$B/bin/cordon-responder" --check-config --config "$TMP/responder.conf"; }
reload() { "$B/bin/cordon" reload --socket "$CTL"; }
refused() { # ABOUT TEXT
	reload >"$TMP/out" 2>&1
	same "$1: refused" 1 $?
	check "$1: says what" grep -qF "$2" "$TMP/out"
}

zone 1 'www A 192.0.2.80'
conf ns1.home.test
check 'the configuration is right' checks
responder --config "$TMP/responder.conf" || exit 1
same 'a zone of our own' 192.0.2.80 "$(ask www.home.test)"
same 'goes before a list' 192.0.2.53 "$(ask ns1.home.test)"
same 'lists stay' 192.0.2.1 "$(ask sink.example)"
same 'over TCP' 192.0.2.80 "$(ask +tcp www.home.test)"
same 'counted' 3 "$(counter .counters.way.static-zone)"
"$B/bin/cordon" lookup --socket "$CTL" ns1.home.test >"$TMP/out"
check 'lookup names the zone' grep -q 'decides  static zone home.test, serial 1' "$TMP/out"
check 'and the list that it goes before' grep -q 'also .*names' "$TMP/out"
"$B/bin/cordon" status --socket "$CTL" >"$TMP/out"
check 'status shows it' grep -Eq '^home.test +1 +4 +3$' "$TMP/out"

zone 2 'www A 192.0.2.81'
check 'reload' reload
same 'the new zone' 192.0.2.81 "$(ask www.home.test)"
zone 3 'www A 192.0.2.82' 'mail MX 10 nowhere'
echo another.example >>"$TMP/names"
refused 'a mistake in the zone' "$TMP/home.zone:6: nowhere.home.test does not exist"
same 'the zone before stays' 192.0.2.81 "$(ask www.home.test)"
same 'and so do the lists' '' "$(ask another.example)"
checks >"$TMP/out" 2>&1
same 'check-config finds it too' 1 $?
zone 4 'www CNAME ns1' 'txt TXT x'

conf www.home.test; refused 'NS that is a CNAME' "$TMP/responder.conf:3: policy \"default\": name server www.home.test is a CNAME"
conf txt.home.test; refused 'NS without address' 'has no address in the static zone'
conf no.home.test; refused 'NS that does not exist' 'does not exist in the static zone'
conf no.home.test 'any-ns = true;'; refused 'any-ns is not for our own zones' 'does not exist in the static zone'
conf ns_1.example.com; refused 'NS that is no host' 'is no host name'
conf co.uk; refused 'NS that is a public suffix' 'is a public suffix'
conf ns.sinkhole.exampel; refused 'NS below no TLD' 'is below a top level domain that does not exist'
conf ns.listed.ch '' nxdomain; refused 'NS that is listed' 'is on a list itself'
conf ns.listed.ch 'any-ns = true;' nxdomain; check 'any-ns takes it' reload
conf ns.listed.ch; check 'NS that a list gives an address' reload
conf ns.elsewhere.com; check 'NS elsewhere' reload
check 'TERM ends it' responder_stop
