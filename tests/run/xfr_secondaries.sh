# xfr_secondaries.sh: configures and starts what takes zones from 127.0.0.1.  Sourced by
# xfr_test.sh.  NAME.ignore has what a server says of itself, not of us.
for n in bind knot nsd pdns unbound; do mkdir -p "$TMP/$n" && chmod 777 "$TMP/$n"; done

# BIND: a policy zone over TLS (9.18), and a catalog that names the part.
cat >"$TMP/bind/named.conf" <<CONF
key bind { algorithm hmac-sha256; secret "$SECRET"; };
tls hub { ca-file "$TMP/cert.pem"; remote-hostname "hub.example"; };
options {
	directory "$TMP/bind"; pid-file none; listen-on { 127.0.0.2; }; listen-on-v6 { none; };
	recursion yes; allow-query { any; }; allow-transfer { any; }; notify no; dnssec-validation no;
	empty-zones-enable no; managed-keys-directory "$TMP/bind"; transfer-source 127.0.0.2;
	session-keyfile none; ixfr-from-differences no; min-refresh-time 1;
	response-policy { zone "$RPZ"; } qname-wait-recurse no min-update-interval 0;
	catalog-zones { zone "cat-bind.cordon.example" default-primaries { 127.0.0.1 key bind; }
		min-update-interval 0; };
};
controls { };
zone "." { type hint; file "/dev/null"; };
zone "$RPZ" { type secondary; primaries { 127.0.0.1 port 853 key bind tls hub; }; file "rpz"; };
zone "cat-bind.cordon.example" { type secondary; primaries { 127.0.0.1 key bind; }; file "cat"; };
CONF
# A NOTIFY may come before the catalog has told of the zone.
echo 'built with|notify for zone.*not authoritative|rpz QNAME' >"$TMP/bind.ignore"

# Knot: the part, with its ZONEMD verified, and a catalog that names the policy zone.
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
    algorithm: hmac-sha512
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
  - id: member
    storage: $TMP/knot
    master: hub
    acl: [hub, all]
zone:
  - domain: $Z
    zonemd-verify: on
  - domain: cat-knot.cordon.example
    catalog-role: interpret
    catalog-template: member
CONF
echo 'failed to parse zone file .*not exists' >"$TMP/knot.ignore"

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
    verbosity: 2
remote-control:
    control-enable: no
key:
    name: nsd
    algorithm: hmac-sha256
    secret: "$SECRET"
pattern:
    name: hub
    allow-notify: 127.0.0.1 nsd
    request-xfr: 127.0.0.1 nsd
    outgoing-interface: 127.0.0.4
    provide-xfr: 127.0.0.0/8 NOKEY
zone:
    name: $Z
    include-pattern: hub
zone:
    name: $RPZ
    include-pattern: hub
    notify: 127.0.0.6 NOKEY
CONF
echo 'notify response error REFUSED from 127.0.0.6' >"$TMP/nsd.ignore" # Unbound, before it has the zone

sqlite3 "$TMP/pdns/db" "pragma journal_mode = wal" >/dev/null
sqlite3 "$TMP/pdns/db" </usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql
sqlite3 "$TMP/pdns/db" "
insert into tsigkeys (name, algorithm, secret) values ('pdns', 'hmac-sha256', '$SECRET');
insert into domains (name, master, type) values ('$Z', '127.0.0.1', 'SLAVE'), ('$RPZ', '127.0.0.1', 'SLAVE');
insert into domainmetadata (domain_id, kind, content) select id, 'AXFR-MASTER-TSIG', 'pdns' from domains;
insert into domainmetadata (domain_id, kind, content) select id, 'IXFR', '1' from domains;"
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
guardian=no
daemon=no
security-poll-suffix=
loglevel=5
CONF
echo 'nothing to ignore' >"$TMP/pdns.ignore"

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
    module-config: "respip iterator"
    verbosity: 1
remote-control:
    control-enable: no
rpz:
    name: $RPZ
    primary: 127.0.0.4
    allow-notify: 127.0.0.4
    zonefile: "$TMP/unbound/rpz"
    for-downstream: yes
CONF
echo 'nothing to ignore' >"$TMP/unbound.ignore"

start bind named -g -c "$TMP/bind/named.conf"
start knot knotd -c "$TMP/knot/knot.conf"
start nsd nsd -d -c "$TMP/nsd/nsd.conf"
start pdns pdns_server --config-dir="$TMP/pdns"
start unbound unbound -d -c "$TMP/unbound/unbound.conf"
for server in 2 3 4 5 6; do
	for _ in $(seq 50); do
		in_a dig +time=1 +tries=1 @127.0.0.$server version.bind TXT CH >/dev/null && break
		sleep 0.1
	done
done
# The NOTIFYs of the start may have come before the servers did.
echo book >&3
