#!/bin/sh
# A node writes the policy zones of today as files and runs a command: BIND reads them, and answers.
# Alone, it moves them at midnight by its own clock, and withdraws them when the signatures end.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
. "$(dirname "$0")/node.sh"
command -v named >/dev/null && command -v rndc >/dev/null || skip 'needs named and rndc'
bind_port=$((20000 + ($$ + 5) % 20000))
RPZ=ag.test.rpz.hub.example
hub_world
node_world
mkdir "$TMP/rpz" "$TMP/bind"
tomorrow=$(date -u -d tomorrow +%F)
cat >"$TMP/some.csv" <<-CSV
both.ag,$today,$week,sinkhole
eve.ag,$today,$tomorrow,nxdomain
next.ag,$tomorrow,$week,nodata
CSV
SUFFIXES=ag
hub_registries
hub_configure ''
hub_start || exit 1
hub_update 1 "$TMP/some.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"

cat >"$TMP/reload" <<-SCRIPT
#!/bin/sh
echo "\$# \$1" >>"$TMP/reload.log"
[ ! -e "$TMP/reload.fails" ] && rndc -s 127.0.0.1 -p $((bind_port + 1)) -k "$TMP/rndc.key" reload
SCRIPT
chmod +x "$TMP/reload"
configure() { # SECONDS from now: midnight; [OPTIONS OF node]
	node_configure "refresh = 1; retry = 1; policy = \"$TMP/rpz\"; ${2-}" "log-level = \"info\"; clock-offset = $1;
		commands = ( { name = \"bind\"; argv = [ \"$TMP/reload\", \"a b; \$(id)\" ]; } );" '' \
		'suffixes = [ "ag" ]; policy-addresses = [ "192.0.2.80" ]; policy-ttl = 5;'
}
node_configure "policy = \"$TMP/rpz\";"
check 'a sinkhole without an address is found at once' sh -c \
	"! '$B/bin/cordond' --check-config --config '$TMP/node.conf' && '$B/bin/cordond' --check-config --config '$TMP/node.conf' 2>&1 | grep -q policy-addresses"
printf '$TTL 5\n@ SOA . . 1 1 1 1 1\n@ NS .\n' >"$TMP/rpz/ag.test.rpz.zone"
echo 'key "rndc" { algorithm hmac-sha256; secret "'$SECRET'"; };' >"$TMP/rndc.key"
cat >"$TMP/bind/named.conf" <<-CONF
options { directory "$TMP/bind"; pid-file "$TMP/bind/named.pid"; listen-on-v6 { none; };
	listen-on port $bind_port { 127.0.0.1; }; recursion yes; notify no; dnssec-validation no;
	forward only; forwarders { 127.0.0.1 port 1; };
	response-policy { zone "$RPZ"; } qname-wait-recurse no min-update-interval 0; };
include "$TMP/rndc.key";
controls { inet 127.0.0.1 port $((bind_port + 1)) allow { 127.0.0.1; } keys { "rndc"; }; };
zone "$RPZ" { type primary; file "$TMP/rpz/ag.test.rpz.zone"; };
CONF
named -g -c "$TMP/bind/named.conf" >"$TMP/bind/log" 2>&1 &
PIDS="$PIDS $!"
until_true 'BIND listens' test -s "$TMP/bind/named.pid"
says() { dig +time=2 +tries=1 -p $bind_port @127.0.0.1 "$1" A 2>&1 |
	awk '/status:/ { sub(",", "", $6); s = $6 } /^[a-z.]*\t.*IN\tA/ { s = s " " $5 } END { print s }'; }
is() { [ "$(says "$1")" = "$2" ]; }

midnight=$(date -u -d "$tomorrow" +%s)
configure 0
node_start
until_says 'the node has its part' state valid
until_true 'a sinkhole: its address' is both.ag 'NOERROR 192.0.2.80'
until_true 'a name of today' is eve.ag NXDOMAIN
same 'one of tomorrow is free' SERVFAIL "$(says next.ag)"
same 'the command has the words of the configuration, and no shell' '1 a b; $(id)' "$(head -1 "$TMP/reload.log")"
hub_stop
node_stop
cp "$TMP/rpz/ag.test.rpz.zone" "$TMP/before"
configure $((midnight - $(date +%s) - 4))
node_start
until_true 'alone, after midnight: the name of the new day' is next.ag NOERROR
until_true 'that of the day before is free' is eve.ag SERVFAIL
same 'what stays, stays' 'NOERROR 192.0.2.80' "$(says both.ag)"
node_stop

touch "$TMP/reload.fails"
configure 34560000 'withdraw = false;'
node_start
until_says 'the signatures are over' state EXPIRED
check 'it is loud' grep -q 'error expired zone=.*list=kept' "$TMP/node.log"
until_true 'withdraw = false: the policy zone goes on by its windows' grep -q . "$TMP/rpz/ag.test.rpz.zone"
until_true 'a command that fails is named' grep -q 'command name=bind status=1' "$TMP/node.log"
rm "$TMP/reload.fails"
node_stop
configure 86400
node_start
until_true 'signed still: there' is both.ag 'NOERROR 192.0.2.80'
node_stop
configure $((15 * 86400))
node_start
until_true 'withdrawn: the list is empty' is both.ag SERVFAIL
same 'and the file is' 0 "$(grep -c both "$TMP/rpz/ag.test.rpz.zone")"
node_stop
[ "$failed" = 0 ] || { grep -v pulling "$TMP/node.log" | tail -n 40 | sed 's/^/# /'; tail -n 5 "$TMP/bind/log" | sed 's/^/# /'; }
