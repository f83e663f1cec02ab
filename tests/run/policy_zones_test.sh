#!/bin/sh
# A registry takes policy zones of the day: BIND answers from one, before midnight UTC and after.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
for p in named dig kdig; do command -v $p >/dev/null || skip "needs $p"; done
ip addr add 127.0.0.2/8 dev lo
hub_world
RPZ=ag.test.rpz.hub.example
tomorrow=$(date -u -d '+1 day' +%F) after=$(date -u -d '+2 days' +%F)
cat >"$TMP/names.csv" <<CSV
eve.ag,$today,$tomorrow,nxdomain
both.ag,$today,$after,sinkhole
next.ag,$tomorrow,$after,nodata
late.ag,$after,$week,nodata
CSV
cat >"$TMP/registries.conf" <<CONF
registries = ( { name = "ag-registry"; suffixes = [ "ag" ]; feeds = [ "test" ]; zones = "policy";
	notify = [ "127.0.0.2:53" ]; }, { name = "bo-registry"; suffixes = [ "bo" ]; feeds = [ "test" ]; } );
CONF
echo "keys = ( { registry = \"ag-registry\"; name = \"ag.\"; secret = \"$SECRET\"; },
	{ registry = \"bo-registry\"; name = \"bo.\"; secret = \"$SECRET\"; } );" >"$TMP/keys.conf"
mkdir -m 777 "$TMP/bind"
cat >"$TMP/bind/named.conf" <<CONF
key ag { algorithm hmac-sha256; secret "$SECRET"; };
options { directory "$TMP/bind"; pid-file none; listen-on { 127.0.0.2; }; listen-on-v6 { none; };
	recursion yes; allow-query { any; }; notify no; dnssec-validation no; session-keyfile none;
	empty-zones-enable no; managed-keys-directory "$TMP/bind"; min-refresh-time 1;
	response-policy { zone "$RPZ"; } qname-wait-recurse no min-update-interval 0; };
controls { };
zone "." { type hint; file "/dev/null"; };
zone "$RPZ" { type secondary; primaries { 127.0.0.1 port $xfr_port key ag; }; file "rpz"; };
CONF

hub_configure '' ''
hub_start 2>/dev/null && hub_stop
check 'a sinkhole without an address is found at once' grep -q 'policy-addresses' "$TMP/hub.log"

SUFFIXES=ag
midnight=$(date -u -d "$tomorrow" +%s)
configure() { # SECONDS before midnight
	hub_configure 'policy-addresses = [ "192.0.2.80", "2001:db8::80" ]; policy-ttl = 5;' \
		"clock-offset = $((midnight - $1 - $(date +%s)));"
}
configure 20
hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'accepted' accepted "$(hub_drop "$TMP/1.tar")"
named -g -c "$TMP/bind/named.conf" >"$TMP/bind.log" 2>&1 &
PIDS="$PIDS $!"

# What BIND says: status and addresses.
says() { dig +time=2 +tries=1 @127.0.0.2 "$1" "${2-A}" 2>&1 |
	awk '/status:/ { sub(",", "", $6); s = $6 } /^[a-z.]*\t.*IN\tA/ { s = s " " $5 } END { print s }'; }
until_says() { # NAME WANT
	for i in $(seq 100); do [ "$(says "$1")" = "$2" ] && break; sleep 0.1; done
	says "$1"
}
rpz_serial() { kdig +short +tcp -p $xfr_port @127.0.0.1 -y hmac-sha256:ag.:$SECRET $RPZ SOA | awk 'NF == 7 { print $3 }'; }
same 'before midnight: the name of the day' NXDOMAIN "$(until_says eve.ag NXDOMAIN)"
same 'and what is below it' NXDOMAIN "$(says www.eve.ag)"
same 'a sinkhole: its address' 'NOERROR 192.0.2.80' "$(says both.ag)"
same 'and the other family' 'NOERROR 2001:db8::80' "$(says both.ag AAAA)"
same 'the name of tomorrow is free' SERVFAIL "$(says next.ag)"
same 'the serial of the day' "$(date -u +%Y%m%d)00" "$(rpz_serial)"
same 'parts are for others' '' "$(served ag)"
check 'the receipt is known' sh -c \
	"'$B/bin/cordon' status --registries --socket '$SOCK' | grep -q '^1 of 1 registries'"

hub_stop; configure 3; hub_start || exit 1
same 'a restart changes nothing' "$(date -u +%Y%m%d)00" "$(rpz_serial)"
same 'after midnight: the name of the new day' NOERROR "$(until_says next.ag NOERROR)"
same 'that of the day before is free' SERVFAIL "$(says eve.ag)"
same 'and below' SERVFAIL "$(says www.eve.ag)"
same 'what stays, stays' 'NOERROR 192.0.2.80' "$(says both.ag)"
same 'the serial of the new day' "$(date -u -d "$tomorrow" +%Y%m%d)00" "$(rpz_serial)"
kdig +tcp -p $xfr_port @127.0.0.1 -y hmac-sha256:ag.:$SECRET $RPZ \
	IXFR="$(date -u +%Y%m%d)00" >"$TMP/ixfr"
same 'the move is an IXFR: old names, new names' '2 2' \
	"$(grep -c '^[*.]*eve\.ag\..*CNAME' "$TMP/ixfr") $(grep -c '^[*.]*next\.ag\..*CNAME' "$TMP/ixfr")"
same 'without what stays' 0 "$(grep -c '^both' "$TMP/ixfr")"

hub_stop; configure 30; hub_start || exit 1
same 'a clock that goes back: the zones follow' NXDOMAIN "$(until_says eve.ag NXDOMAIN)"
same 'under a higher serial' "$(date -u -d "$tomorrow" +%Y%m%d)01" "$(rpz_serial)"
grep -v eve.ag "$TMP/names.csv" >"$TMP/fewer.csv"
hub_update 2 "$TMP/fewer.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/2.tar")"
same 'its names are gone' SERVFAIL "$(until_says eve.ag SERVFAIL)"
check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
check 'and says when zones moved' sh -c "'$B/bin/cordon' audit --socket '$SOCK' | grep -q 'policy-zones'"
hub_stop
