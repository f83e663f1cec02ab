#!/bin/sh
# cordon export as its users call it: each form is loaded by the program that it is for.
. "$(dirname "$0")/lib.sh"
need_root
ip netns add "$NS_A" && ip -n "$NS_A" link set lo up || exit 1

cordon() { "$B/bin/cordon" "$@"; }
cd "$TMP" && chmod 755 . || exit 1
sink='--action sinkhole --address 192.0.2.1 --address 2001:db8::1 --ns ns1.sink.example --ns ns2.sink.example'
day='--date 2009-04-01'
refused() { # ABOUT STATUS TEXT ARGUMENTS...
	about=$1 want=$2 text=$3; shift 3
	out=$(cordon export "$@" 2>err); rc=$?
	same "$about: status" "$want" "$rc"
	same "$about: no output" '' "$out"
	check "$about: is said" grep -qF -- "$text" err
}
ask() { in_a dig +short +tries=1 +time=5 @127.0.0.1 -p "$1" "$2" "$3"; }
status_of() { in_a dig +tries=1 +time=5 @127.0.0.1 -p "$1" "$2" A | sed -n 's/.*status: \([A-Z]*\),.*/\1/p'; }
start() { # NAME PORT COMMAND...: runs a server in the namespace until it answers for $probe
	name=$1 port=$2; shift 2
	ip netns exec "$NS_A" "$@" >"$name.log" 2>&1 &
	PIDS="$PIDS $!"
	for i in $(seq 100); do
		ask "$port" "$probe" A 2>/dev/null | grep -q 192.0.2.1 && { ok "$name answers"; return; }
		sleep 0.1
	done
	not_ok "$name answers" "$(tail -5 "$name.log")"
}

# Two days of Conficker.C, as parts and as a signed update.
cordon predict --family conficker-c --from 2009-04-01 --days 2 --format csv >list.csv
cut -d, -f1 list.csv | sed '1d; s/^[^.]*\.//' | sort -u >suffixes
cordon build --feed conficker-c --split suffixes --action sinkhole --serial 2009040103 \
	--output parts list.csv 2>log
key=$(cordon keygen --name alice.example)
cordon sign parts --key "$key.private" --output update.tar 2>>log
names=$(cordon predict --family conficker-c --from 2009-04-01 | sort -u | wc -l)
cordon export --form plain $day update.tar >plain
same 'a day of a signed update: its head' \
	"# feed conficker-c, serial 2009040103, date 2009-04-01, names $names" "$(head -1 plain)"
cordon predict --family conficker-c --from 2009-04-01 | sort -u >want
check 'a day of a signed update: its names' sh -c 'sed 1d plain | sort | cmp - want'
cordon export --form plain $day parts >again
check 'the folder of parts gives the same' cmp plain again
cordon export --form plain $day - <list.csv | sed 1d >again
check 'so does CSV from standard input' sh -c 'sed 1d plain | cmp - again'
cordon export --form csv --from 2009-04-01 --days 2 list.csv >again
check 'csv of both days is what was predicted' sh -c 'sort -u list.csv >a; sort again | cmp - a'
same 'csv is read again' "$names" "$(cordon export --form csv $day again | cordon export --form plain $day - | sed 1d | wc -l)"
tw=$(grep -c '^[^.]*\.tw$' plain)
same 'one suffix, not those below it' "$tw" "$(cordon export --form plain $day --suffix tw update.tar | sed 1d | grep -c '\.tw$')"
same 'a day without names' 1 "$(cordon export --form plain --date 2010-01-01 update.tar | wc -l)"

# A small list for those that answer, with a name below another and one of each window.
cat >small.csv <<CSV
alpha.tw,2009-04-01,2009-04-02,,today
beta.tw,2009-04-02,2009-04-03,,tomorrow
www.alpha.tw,,,,below
gamma-1.tw,2009-03-30,,,
CSV
probe=alpha.tw
listed() { cordon export --form plain --date "$1" small.csv | sed 1d | xargs; }
same 'a window begins on its first day' 'gamma-1.tw www.alpha.tw' "$(listed 2009-03-30 | xargs -n1 | sort | xargs)"
same 'and ends before its last' 'www.alpha.tw beta.tw gamma-1.tw' "$(listed 2009-04-02)"
printf 'a.tw,2009-03-01,,drop,\na.tw,2009-02-01,,nodata,\nb.tw,2009-02-01,,drop,\nb.tw,2009-03-01,,pass,\n' >rules.csv
same 'of several rules: pass, then what began first' 'a.tw CNAME *. b.tw CNAME rpz-passthru.' \
	"$(cordon export --form rpz $day rules.csv | grep '^[ab]\.' | xargs -d '\n')"

# hosts, by the resolver of this machine's C library
cordon export --form hosts $day $sink small.csv >hosts
check 'hosts: the C library finds the name' python3 - <<'PY'
rows = [l.split() for l in open("hosts") if not l.startswith("#")]
import ipaddress
assert [r[1] for r in rows[::2]] == ["alpha.tw", "www.alpha.tw", "gamma-1.tw"], rows
assert all(len(r) == 2 and ipaddress.ip_address(r[0]) for r in rows)
PY
mkdir -p "/etc/netns/$NS_A" && cp hosts "/etc/netns/$NS_A/hosts"
same 'hosts: getent' '2001:db8::1' "$(in_a getent hosts gamma-1.tw | awk '{ print $1 }')"
rm -r "/etc/netns/$NS_A"

# fragment, in a parent zone
cordon export --form fragment $day --suffix tw $sink --output sink.inc small.csv
same 'fragment: one level of delegation' 'alpha gamma-1' "$(awk '/ NS / { print $1 }' sink.inc | sort -u | xargs)"
cat >tw.zone <<ZONE
\$TTL 3600
@ SOA ns.tw. hostmaster.tw. 1 3600 900 1209600 3600
@ NS ns.tw.
ns A 192.0.2.53
\$INCLUDE $TMP/sink.inc
last NS ns.example.
ZONE
check 'fragment: named-checkzone' named-checkzone -i full-sibling tw tw.zone
check 'fragment: kzonecheck' kzonecheck -o tw tw.zone
check 'fragment: nsd-checkzone' nsd-checkzone tw tw.zone
named-checkzone -D -q -o expanded tw tw.zone
same 'fragment: two name servers for each' 4 "$(grep -c 'NS.*sink.example' expanded)"
same 'fragment: the origin is the parent'\''s again behind it' 1 "$(grep -c '^last\.tw\.' expanded)"

# BIND
cordon export --form bind $day $sink --zone rpz.test --output bind small.csv
chmod -R a+rX bind
cat >named.conf <<CONF
options {
	directory "$TMP"; pid-file none; listen-on port 5301 { 127.0.0.1; }; listen-on-v6 { none; };
	recursion yes; dnssec-validation no; session-keyfile none; empty-zones-enable no;
	include "$TMP/bind/named.conf.options";
};
controls { };
zone "." { type hint; file "/dev/null"; };
include "$TMP/bind/named.conf";
CONF
check 'bind: named-checkconf' named-checkconf -z named.conf
check 'rpz: named-checkzone' named-checkzone rpz.test bind/rpz.zone
check 'rpz: kzonecheck' kzonecheck -o rpz.test bind/rpz.zone
check 'rpz: nsd-checkzone' nsd-checkzone rpz.test bind/rpz.zone
start named 5301 named -g -c "$TMP/named.conf"
same 'bind: A' 192.0.2.1 "$(ask 5301 gamma-1.tw A)"
same 'bind: AAAA below a listed name' 2001:db8::1 "$(ask 5301 a.b.alpha.tw AAAA)"
same 'bind: a name of tomorrow' '' "$(ask 5301 beta.tw A)"
cordon export --form rpz $day $sink --zone rpz.test --output - small.csv >rpz
check 'rpz is the same' cmp rpz bind/rpz.zone

# Unbound
printf 'delta.tw,,,nxdomain,\nepsilon.tw,,,refuse,\nwww.delta.tw,,,pass,\nzeta.tw,,,nodata,\nalpha.tw,,,sinkhole,\n' >actions.csv
cordon export --form unbound $day --address 192.0.2.1 --address 2001:db8::1 --output unbound.inc actions.csv
cat >unbound.conf <<CONF
include: "$TMP/unbound.inc"
server:
	interface: 127.0.0.1@5302
	directory: "$TMP"
	chroot: ""
	username: ""
	pidfile: ""
	use-syslog: no
	do-daemonize: no
	module-config: "iterator"
	local-zone: "tw." static
remote-control:
	control-enable: no
CONF
check 'unbound: unbound-checkconf' unbound-checkconf unbound.conf
start unbound 5302 unbound -d -c "$TMP/unbound.conf"
same 'unbound: sinkhole, below too' '192.0.2.1 2001:db8::1' "$(ask 5302 alpha.tw A) $(ask 5302 x.alpha.tw AAAA)"
same 'unbound: nxdomain, below too' 'NXDOMAIN NXDOMAIN' "$(status_of 5302 delta.tw) $(status_of 5302 x.delta.tw)"
same 'unbound: refuse' REFUSED "$(status_of 5302 epsilon.tw)"
same 'unbound: nodata' NOERROR "$(status_of 5302 zeta.tw)"
same 'unbound: pass goes to the world, which is not there' SERVFAIL "$(status_of 5302 www.delta.tw)"

# The three that make a zone of each name
for server in knot nsd powerdns; do
	cordon export --form $server $day $sink --output $server small.csv
	check "$server: its zone, by named-checkzone" named-checkzone -i none alpha.tw $server/sinkhole.zone
done
chmod -R a+rX knot nsd powerdns
mkdir run.knot run.nsd
cat >knot.conf <<CONF
server:
    listen: 127.0.0.1@5303
    rundir: $TMP/run.knot
database:
    storage: $TMP/run.knot
log:
  - target: stderr
    any: info
include: $TMP/knot/knot.conf
CONF
check 'knot: knotc conf-check' knotc -c knot.conf conf-check
check 'knot: knotc zone-check' knotc -c knot.conf zone-check
check 'knot: kzonecheck' kzonecheck -o alpha.tw knot/sinkhole.zone
start knotd 5303 knotd -c "$TMP/knot.conf"
cat >nsd.conf <<CONF
server:
	ip-address: 127.0.0.1@5304
	username: ""
	chroot: ""
	zonesdir: "$TMP/run.nsd"
	database: ""
	pidfile: "$TMP/run.nsd/pid"
	xfrdir: "$TMP/run.nsd"
	xfrdfile: "$TMP/run.nsd/xfrd"
	zonelistfile: "$TMP/run.nsd/zones"
	server-count: 1
remote-control:
	control-enable: no
include: "$TMP/nsd/nsd.conf"
CONF
check 'nsd: nsd-checkconf' nsd-checkconf nsd.conf
check 'nsd: nsd-checkzone' nsd-checkzone alpha.tw nsd/sinkhole.zone
start nsd 5304 nsd -d -c "$TMP/nsd.conf"
mkdir run.pdns
cat >run.pdns/pdns.conf <<CONF
launch=bind
bind-config=$TMP/powerdns/named.conf
local-address=127.0.0.1
local-port=5305
socket-dir=$TMP/run.pdns
guardian=no
daemon=no
webserver=no
CONF
for zone in alpha.tw gamma-1.tw; do
	check "powerdns: pdnsutil check-zone $zone" pdnsutil --config-dir "$TMP/run.pdns" check-zone $zone
done
start pdns 5305 pdns_server --config-dir="$TMP/run.pdns"
same 'powerdns: a name below another is covered by it' 2 "$(grep -c '^zone' powerdns/named.conf)"
for port in 5303 5304 5305; do
	same "port $port: A, AAAA below, NS" '192.0.2.1 2001:db8::1 ns1.sink.example. ns2.sink.example.' \
		"$(ask $port gamma-1.tw A) $(ask $port a.b.alpha.tw AAAA) $(ask $port alpha.tw NS | sort | xargs)"
	same "port $port: the serial of the day" 2009040100 "$(ask $port alpha.tw SOA | cut -d' ' -f3)"
	same "port $port: a name of tomorrow" REFUSED "$(status_of $port beta.tw)"
done

# EPP: one name is registered, in the registry's zone by a host below it
printf '$ORIGIN tw.\n$TTL 60\n@ SOA a. b. 1 2 3 4 5\nalpha NS ns.x.\nmail.omega A 192.0.2.9\n' >tw.reg
sed /www/d small.csv >epp.csv; echo omega.tw >>epp.csv; echo 'pa<ss&w"rd' >auth
epp() { cordon export --form epp $day --suffix tw $sink --registered tw.reg --output epp "$@" epp.csv; }
check 'epp' epp --auth-file auth --registrant reg-1 --contact admin=adm --contact tech=tec \
	--years 2 --reason 'Conficker & <friends>'
same 'epp: a command a file, in the order to send them' \
	'1-create-gamma-1.tw.xml 2-update-alpha.tw.xml 2-update-gamma-1.tw.xml 2-update-omega.tw.xml' \
	"$(cd epp && ls -- *.xml | xargs)"
for f in epp/*.xml; do check "epp: xmllint ${f#*/}" xmllint --noout --nonet "$f"; done
check 'epp: elements, order, text' python3 - <<'PY'
import re
from xml.etree import ElementTree as ET
E, D = "{urn:ietf:params:xml:ns:epp-1.0}", "{urn:ietf:params:xml:ns:domain-1.0}"
def load(name):
    root = ET.parse("epp/" + name).getroot()
    assert root.tag == E + "epp" and [c.tag for c in root] == [E + "command"]
    verb, trid = root[0]
    assert trid.tag == E + "clTRID" and re.fullmatch(r"[!-~]{3,64}", trid.text)
    assert verb.tag.replace(E, D) == verb[0].tag and len(verb) == 1
    return verb[0], trid.text
create, a = load("1-create-gamma-1.tw.xml")
assert [c.tag.replace(D, "") for c in create] == ["name", "period", "ns", "registrant", "contact", "contact", "authInfo"]
assert create[0].text == "gamma-1.tw" and create[1].text == "2" and create[1].get("unit") == "y"
assert [h.text for h in create[2]] == ["ns1.sink.example", "ns2.sink.example"]
assert [c.get("type") + c.text for c in create[4:6]] == ["adminadm", "techtec"]
assert create[6][0].text == 'pa<ss&w"rd'
held, b = load("2-update-alpha.tw.xml")
assert [c.tag.replace(D, "") for c in held] == ["name", "add"]
assert [s.get("s") for s in held[1]] == ["serverHold", "serverDeleteProhibited", "serverUpdateProhibited"]
assert {s.text for s in held[1]} == {"Conficker & <friends>"}
new, c = load("2-update-gamma-1.tw.xml")
assert [s.get("s") for s in new[1]] == ["serverDeleteProhibited", "serverUpdateProhibited"]
assert len({a, b, c}) == 3
PY
same 'epp: passwords are for their owner' 600 "$(stat -c %a epp/1-create-gamma-1.tw.xml)"
cat epp/*.xml >before
check 'epp: made again' epp --auth-file auth --registrant reg-1 --contact admin=adm --contact tech=tec \
	--years 2 --reason 'Conficker & <friends>'
cat epp/*.xml >after
check 'epp: the same bytes, clTRID too' cmp before after
epp >out 2>err
same 'epp: a create without authInfo: status' 1 $?
check 'epp: a create without authInfo: is said' grep -q 'gamma-1.tw: is not registered.*--auth-file' err
cat epp/*.xml >after
check 'epp: what was there is as it was' cmp before after

# Nomulus
cordon export --form nomulus $day --suffix tw update.tar >reserved
same 'nomulus: label and type' "$tw" "$(sed 1d reserved | grep -cE '^[a-z0-9-]{1,63},FULLY_BLOCKED$')"
same 'nomulus: each once' "$tw" "$(sed 1d reserved | sort -u | wc -l)"

# What cannot be said
printf 'a.tw,,,sinkhole,\nb.tw,,,pass,\n' >pass.csv
for form in plain hosts 'fragment --suffix tw' 'nomulus --suffix tw'; do
	# shellcheck disable=SC2086 # an option with it
	refused "pass in $form" 1 'pass.csv:2: b.tw (pass)' --form $form $sink pass.csv
done
same '--skip-pass' a.tw "$(cordon export --form plain --skip-pass pass.csv | sed 1d)"
printf 'a.tw,,,sinkhole,\na.tw,,,pass,\n' >both.csv
same '--skip-pass of a name that is listed too' '' "$(cordon export --form plain --skip-pass both.csv | sed 1d)"
printf 'a.tw,,,sinkhole,\nb.a.tw,,,pass,\n' >below.csv
refused 'pass below a delegation' 1 'b.a.tw: passes, and a listed name above it' \
	--form fragment --suffix tw $sink --skip-pass below.csv
refused 'two labels in a reserved list' 1 'more than one label' --form nomulus --suffix tw $day small.csv
refused 'an action that is not for it' 2 'nxdomain is not for it' --form nsd --output x --address ::1 --ns a.b --action nxdomain small.csv
refused 'no action' 1 'give --action' --form hosts $day small.csv
refused 'no form' 2 '--form is needed' small.csv
refused 'no suffix' 2 'give its --suffix' --form nomulus small.csv
refused 'no name server' 2 '--ns' --form knot --output x --address 192.0.2.1 small.csv
refused 'no address' 2 '--address' --form rpz --action sinkhole small.csv
refused 'several days' 2 'is for one day' --form hosts --from 2009-04-01 --days 2 small.csv
refused 'two beginnings' 2 'not both' --form csv --from 2009-04-01 --date 2009-04-01 small.csv
refused 'a folder on standard output' 2 'name it by --output' --form nsd $sink small.csv
refused 'no registered names' 2 '--registered' --form epp --suffix tw $sink --output x small.csv
refused '--skip-pass where pass can be said' 2 'has exceptions' --form csv --skip-pass small.csv
refused 'a broken list' 1 '<stdin>:1' --form plain - <<CSV
a..tw
CSV
refused 'no such file' 1 'nowhere' --form plain nowhere
mkdir mine && touch mine/precious
refused 'a folder of others' 1 'name a new folder' --form nsd $sink $day --output mine small.csv
check 'it is as it was' [ -e mine/precious ]
cordon build --feed other --output other.zone small.csv 2>>log
refused 'two feeds' 1 'one feed at a time' --form plain other.zone update.tar
cordon build --feed drill --drill --output drill.zone small.csv 2>>log
refused 'an exercise' 1 'never answered' --form rpz --action nxdomain drill.zone
cordon export --form plain $day update.tar >/dev/full 2>err
same 'a full disk: status' 1 $?
echo old >kept
refused 'a mistake' 1 'pass.csv:2' --form hosts $sink --output kept pass.csv
same 'the old file is kept' old "$(cat kept)"

# 1.5 million names in bounded memory
awk 'BEGIN { for (i = 0; i < 1500000; i++) printf "n%07d.%s\n", (i * 7919) % 1500000, i % 2 ? "tw" : "com.mx" }' >many
for form in rpz unbound; do
	# shellcheck disable=SC2086 # options
	python3 - "$B/bin/cordon" export --form $form $sink --output many.$form many >used <<'PY'
import resource, subprocess, sys, time
begin = time.time()
subprocess.run(sys.argv[1:], check=True)
print("%.1f s, %d MB" % (time.time() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10))
PY
	same "$form: 1.5 million names" 1500000 "$(grep -cE '^(\*\.n.* A |.local-zone)' many.$form)"
	check "$form: memory under 150 MB ($(cat used))" sh -c 'awk "{ exit \$3 > 150 }" used'
done
