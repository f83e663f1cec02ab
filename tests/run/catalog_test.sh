#!/bin/sh
# A hub and stock secondaries that are told of one catalog zone each (RFC 9432) and nothing else: parts
# that appear are taken, parts that go are dropped.  BIND (127.0.0.2) and NSD (.4, which has no
# catalogs) over TLS alone, Knot (.3) with its ZONEMD check, PowerDNS (.5), Unbound (.6) behind NSD with
# its ZONEMD check.  docs/INTEROP.md says what each version can, by the lines of this test.
[ "${IN_NS-}" ] || [ "$(id -u)" != 0 ] || exec unshare -n env IN_NS=1 "$0" "$@"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
for p in named knotd nsd pdns_server unbound kdig dig ldns-verify-zone sqlite3 openssl; do
	command -v $p >/dev/null || skip "needs $p"
done
ip link set lo up
for i in 2 3 4 5 6; do ip addr add 127.0.0.$i/8 dev lo; done
chmod 755 "$TMP"
hub_world
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$TMP/key.pem" \
	-out "$TMP/cert.pem" -days 30 -subj /CN=hub.example -addext subjectAltName=DNS:hub.example \
	2>/dev/null || exit 1
xfr_port=53
mirror() { # NAME NUMBER TLS
	echo "{ name = \"$1\"; mirror = true; feeds = [ \"test\" ]; addresses = [ \"127.0.0.$2\" ];
		notify = [ \"127.0.0.$2\" ]; tls = \"$3\"; }"
}
key() { echo "{ registry = \"$1\"; name = \"$1.\"; secret = \"$SECRET\"; }"; }
cat >"$TMP/registries.conf" <<CONF
registries = ( $(mirror bind 2 required), $(mirror knot 3 optional), $(mirror nsd 4 required),
	$(mirror pdns 5 no), { name = "tools"; mirror = true; feeds = [ "test" ]; } );
CONF
echo "keys = ( $(key bind), $(key knot), $(key nsd), $(key pdns), $(key tools) );" >"$TMP/keys.conf"
hub_configure 'public-suffixes = false; change-percent-max = 0;' ''
sed -i 's/listen = \[/certificate = "cert.pem"; key = "key.pem"; listen-tls = [ "127.0.0.1:853" ]; &/' \
	"$TMP/hub.conf"

for n in bind knot nsd pdns unbound; do mkdir -m 777 "$TMP/$n"; done
cat >"$TMP/bind/named.conf" <<CONF
key bind { algorithm hmac-sha256; secret "$SECRET"; };
tls hub { ca-file "$TMP/cert.pem"; remote-hostname "hub.example"; };
options {
	directory "$TMP/bind"; pid-file none; listen-on { 127.0.0.2; }; listen-on-v6 { none; };
	recursion no; allow-transfer { any; }; notify no; dnssec-validation no; empty-zones-enable no;
	managed-keys-directory "$TMP/bind"; session-keyfile none; transfer-source 127.0.0.2;
	catalog-zones { zone "catalog.bind.hub.example" min-update-interval 0
		default-primaries { 127.0.0.1 port 853 key bind tls hub; }; };
};
controls { };
zone "." { type hint; file "/dev/null"; };
zone "catalog.bind.hub.example" { type secondary; file "catalog";
	primaries { 127.0.0.1 port 853 key bind tls hub; }; };
CONF
cat >"$TMP/knot/knot.conf" <<CONF
server:
    listen: 127.0.0.3@53
    rundir: $TMP/knot
log:
  - target: stderr
    any: info
database:
    storage: $TMP/knot
key:
  - id: knot
    algorithm: hmac-sha256
    secret: $SECRET
remote:
  - id: hub
    address: 127.0.0.1@53
    via: 127.0.0.3
    key: knot
acl:
  - id: hub
    address: 127.0.0.1
    key: knot
    action: notify
  - id: all
    address: 127.0.0.0/8
    action: transfer
template:
  - id: default
    storage: $TMP/knot
    master: hub
    acl: [hub, all]
  - id: part
    storage: $TMP/knot
    master: hub
    acl: [hub, all]
    zonemd-verify: on
zone:
  - domain: catalog.knot.hub.example
    catalog-role: interpret
    catalog-template: part
CONF
cat >"$TMP/nsd/nsd.conf" <<CONF
server:
    ip-address: 127.0.0.4
    zonesdir: "$TMP/nsd"
    database: ""
    pidfile: ""
    username: ""
    logfile: "$TMP/nsd.log"
    xfrdfile: "$TMP/nsd/xfrd"
    xfrdir: "$TMP/nsd"
    zonelistfile: "$TMP/nsd/zones"
    tls-cert-bundle: "$TMP/cert.pem"
    verbosity: 2
remote-control:
    control-enable: no
tls-auth:
    name: hub
    auth-domain-name: hub.example
key:
    name: nsd
    algorithm: hmac-sha256
    secret: "$SECRET"
zone:
    name: ag.test.hub.example
    allow-notify: 127.0.0.1 nsd
    request-xfr: 127.0.0.1 nsd hub
    outgoing-interface: 127.0.0.4
    provide-xfr: 127.0.0.0/8 NOKEY
    notify: 127.0.0.6 NOKEY
CONF
# PowerDNS 4.7 has no settings for what a catalog names; triggers give them: the key, and IXFR, with which
# it does not take the catalog itself.
sqlite3 "$TMP/pdns/db" "pragma journal_mode = wal" >/dev/null
sqlite3 "$TMP/pdns/db" </usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql
sqlite3 "$TMP/pdns/db" "
create trigger member_key after insert on domains begin
	insert into domainmetadata (domain_id, kind, content) values (new.id, 'AXFR-MASTER-TSIG', 'pdns');
	insert into domainmetadata (domain_id, kind, content)
		select new.id, 'IXFR', '1' where new.type = 'SLAVE'; end;
create trigger member_gone before delete on domains begin
	delete from domainmetadata where domain_id = old.id; end;
insert into tsigkeys (name, algorithm, secret) values ('pdns', 'hmac-sha256', '$SECRET');
insert into domains (name, master, type) values ('catalog.pdns.hub.example', '127.0.0.1', 'CONSUMER');"
cat >"$TMP/pdns/pdns.conf" <<CONF
launch=gsqlite3
gsqlite3-database=$TMP/pdns/db
gsqlite3-pragma-synchronous=0
local-address=127.0.0.5
query-local-address=127.0.0.5
secondary=yes
socket-dir=$TMP/pdns
xfr-cycle-interval=1
retrieval-threads=1
zone-cache-refresh-interval=1
allow-axfr-ips=127.0.0.0/8
guardian=no
daemon=no
security-poll-suffix=
loglevel=5
CONF
cat >"$TMP/unbound/unbound.conf" <<CONF
server:
    interface: 127.0.0.6
    outgoing-interface: 127.0.0.6
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    directory: "$TMP/unbound"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    module-config: "validator iterator"
    verbosity: 1
remote-control:
    control-enable: no
auth-zone:
    name: ag.test.hub.example
    primary: 127.0.0.4
    allow-notify: 127.0.0.4
    fallback-enabled: no
    zonemd-check: yes
    zonemd-reject-absence: yes
CONF

start() { log=$1; shift; "$@" >"$TMP/$log.log" 2>&1 & PIDS="$PIDS $!"; }
serial() { dig +short +time=1 +tries=1 @"$1" "$2.test.hub.example" SOA | awk '{ print $3 }'; }
until_serial() { # ADDRESS SUFFIX SERIAL: "" when it is not there
	for _ in $(seq 150); do [ "$(serial "$1" "$2")" = "$3" ] && break; sleep 0.2; done
	serial "$1" "$2"
}
deliveries() { sqlite3 -readonly "$HUB/cordond.db" "$1"; }
took() { # REGISTRY SUFFIX SERIAL: how the hub says it went
	deliveries "select distinct kind from delivery where registry = '$1' and
		origin = '$2.test.hub.example' and serial = $3 and kind in ('axfr', 'ixfr')"
}

hub_start || exit 1
start bind named -g -c "$TMP/bind/named.conf"
start knot knotd -c "$TMP/knot/knot.conf"
start pdns pdns_server --config-dir="$TMP/pdns"
SUFFIXES='ag bo'
grep -v tw "$TMP/names.csv" >"$TMP/one.csv"
hub_update 1 "$TMP/one.csv" alice bob
same 'the first update' accepted "$(hub_drop "$TMP/1.tar")"
start nsd nsd -d -c "$TMP/nsd/nsd.conf"
same 'NSD takes its part over TLS' 1 "$(until_serial 127.0.0.4 ag 1)"
start unbound unbound -d -c "$TMP/unbound/unbound.conf"
for server in bind:2 knot:3 pdns:5; do
	name=${server%:*} address=127.0.0.${server#*:}
	for s in ag bo; do
		same "$name has $s by its catalog" 1 "$(until_serial "$address" $s 1)"
	done
	same "$name has no other" '' "$(serial "$address" tw)"
done
same 'Unbound has checked the ZONEMD' 1 "$(until_serial 127.0.0.6 ag 1)"

SUFFIXES='ag tw'
grep -v 'bo,\|name40.ag' "$TMP/names.csv" >"$TMP/two.csv"
hub_update 2 "$TMP/two.csv" alice bob
same 'an update without bo, with tw' accepted "$(hub_drop "$TMP/2.tar")"
for server in bind:2 knot:3 pdns:5; do
	name=${server%:*} address=127.0.0.${server#*:}
	same "$name has the new part" 2 "$(until_serial "$address" tw 2)"
	same "$name has the change of the old one" 2 "$(until_serial "$address" ag 2)"
	same "$name has dropped what went" '' "$(until_serial "$address" bo '')"
done
same 'NSD has the change' 2 "$(until_serial 127.0.0.4 ag 2)"
same 'Unbound has it, checked' 2 "$(until_serial 127.0.0.6 ag 2)"
for name in bind knot nsd pdns; do
	same "$name took the part as AXFR" axfr "$(took $name ag 1)"
	same "$name took the change as IXFR" ixfr "$(took $name ag 2)"
done
for server in bind:2 knot:3 nsd:4 pdns:5; do
	dig +noall +answer +onesoa @127.0.0.${server#*:} ag.test.hub.example AXFR >"$TMP/copy"
	check "what ${server%:*} gives on verifies" ldns-verify-zone -Z "$TMP/copy"
	signatures=2
	[ $server = pdns:5 ] && signatures=0 # PowerDNS gives on those of zones with NSEC alone
	same 'and has the signatures of both publishers, or none' $signatures \
		"$(grep -c 'RRSIG.*ZONEMD' "$TMP/copy")"
done
for z in ag tw; do
	check "Knot has checked the ZONEMD of $z" \
		grep -q "\[$z.test.hub.example.\] ZONEMD, verification successful" "$TMP/knot.log"
done
kdig @127.0.0.1 +tls-ca="$TMP/cert.pem" +tls-hostname=hub.example -y "hmac-sha256:tools:$SECRET" \
	ag.test.hub.example AXFR | grep -v '^;\|TSIG' >"$TMP/copy"
check 'what kdig +tls takes verifies' ldns-verify-zone -Z "$TMP/copy"
dig @127.0.0.1 -y "hmac-sha256:tools:$SECRET" +noall +answer +onesoa tw.test.hub.example AXFR >"$TMP/copy"
check 'what dig -y takes verifies' ldns-verify-zone -Z "$TMP/copy"
dig @127.0.0.1 -b 127.0.0.2 -y "hmac-sha256:bind:$SECRET" ag.test.hub.example AXFR >"$TMP/plain"
check 'over TLS alone means that' grep -q 'Transfer failed' "$TMP/plain"

# What a server says of itself, and of zones that it is only just told of.
ignore() {
	case $1 in
	bind) echo 'built with|notify for zone.*not authoritative' ;;
	pdns) echo 'NOTIFY for .* for which we are not authoritative' ;;
	knot) echo 'failed to parse zone file .*not exists' ;;
	nsd) echo 'notify response error REFUSED from 127.0.0.6' ;;
	*) echo 'nothing to ignore' ;;
	esac
}
for name in bind knot nsd pdns unbound; do
	grep -iE 'error|warn|fail|refus|bad|invalid|not auth' "$TMP/$name.log" |
		grep -vE "$(ignore $name)" >"$TMP/complaints"
	same "no complaint in the log of $name" '' "$(head -5 "$TMP/complaints")"
done
hub_stop
same 'nor in ours' '' "$(grep -iE 'level=(error|warning)|<[34]>' "$TMP/hub.log" | head -5)"
