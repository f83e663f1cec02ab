#!/bin/sh
# A registry's node asks its hub over TLS, and takes nothing from who cannot prove to be it.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
. "$(dirname "$0")/node.sh"
command -v openssl >/dev/null || skip 'needs openssl'
tls_port=$((20000 + ($$ + 4) % 20000))
hub_world
node_world
cd "$TMP" || exit 1
authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 3 \
		-subj "/CN=$1" 2>/dev/null
}
certificate() { # NAME AUTHORITY DNS-NAME DAYS
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	printf 'subjectAltName = DNS:%s\n' "$3" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
authority good && authority other
certificate hub good hub.example 3
certificate renamed good elsewhere.example 3
certificate stranger other hub.example 3
certificate past good hub.example -1
cert_pin=$(openssl x509 -in hub.pem -outform DER | sha256sum | cut -c -64)
key_pin=$(openssl x509 -in hub.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c -64)
cd "$OLDPWD" || exit 1

hub_shows() { # CERTIFICATE
	cat >"$TMP/hub.conf" <<-CONF
	state = "$HUB"; domain = "hub.example"; control = "$SOCK"; registries = "registries.conf";
	registry-keys = "keys.conf";
	transfer = { listen = [ "127.0.0.1:$xfr_port" ]; listen-tls = [ "127.0.0.1:$tls_port" ];
		certificate = "$1.pem"; key = "$1.key"; };
	feeds = ( { name = "test"; keys = [ "keys/alice.key", "keys/bob.key" ]; threshold = 2; } );
	CONF
}
NOTIFY='tls = "required";'
hub_registries
hub_shows hub
hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"

CA="tls = \"required\"; tls-ca = \"$TMP/good.pem\"; tls-name = \"hub.example\";"
configure() { SOURCE_PORT=$1 node_configure "refresh = 1; retry = 1;" 'log-level = "info";' "$2"; }
wrong() { # ABOUT SOURCE-OPTIONS WANT
	configure $tls_port "$2"
	if "$B/bin/cordond" --check-config --config "$TMP/node.conf" >"$TMP/wrong.out" 2>&1; then
		not_ok "$1" 'it is taken'
	else
		check "$1" grep -q "$3" "$TMP/wrong.out"
	fi
}
wrong 'TLS without anything to know the hub by' 'tls = "required";' 'or "tls-pins"'
wrong 'an authority without a name' "tls = \"required\"; tls-ca = \"$TMP/good.pem\";" 'needs "tls-ca" and'
wrong 'an authority that is no certificate' \
	"tls = \"required\"; tls-ca = \"$TMP/good.key\"; tls-name = \"hub.example\";" 'good.key: '
wrong 'a pin that is none' 'tls = "required"; tls-pins = [ "00:11" ];' 'no SHA-256 digest'

fresh() { rm -rf "$TMP/state"; mkdir "$TMP/state"; : >"$TMP/node.log"; node_start; }
pulls_by() { # ABOUT SOURCE-OPTIONS
	configure $tls_port "$2"
	fresh
	until_says "$1" state valid
	node_stop
}
pulls_by 'the hub is known by authority and name' "$CA"
pulls_by 'by its certificate' "tls = \"required\"; tls-pins = [ \"$cert_pin\" ];"
pulls_by 'by its key' "tls = \"required\"; tls-pins = [ \"$key_pin\" ];"
pulls_by 'by all of it' "$CA tls-pins = [ \"$key_pin\" ];"
check 'it was TLS' sh -c "! grep -q 'only over TLS' '$TMP/node.log'"
configure $xfr_port ''
fresh
until_true 'a hub that requires TLS refuses without' grep -q 'error="hub: the server says RCODE 5' "$TMP/node.log"
node_stop

refuses() { # ABOUT SOURCE-OPTIONS WANT [PORT]
	configure "${4-$tls_port}" "$2"
	fresh
	until_true "$1" grep -q "$3" "$TMP/node.log"
	until_true "$1: asked again" sh -c "[ \$(grep -c ' pulling ' '$TMP/node.log') -gt 2 ]"
	same "$1: said once" 1 "$(grep -c ' error pull ' "$TMP/node.log")"
	same "$1: nothing is taken" none "$(node_says state)"
	node_stop
}
refuses 'another pin' "tls = \"required\"; tls-pins = [ \"$(echo x | sha256sum | cut -c -64)\" ];" 'another certificate than the pinned'
refuses 'the right authority, another pin' "$CA tls-pins = [ \"$(echo x | sha256sum | cut -c -64)\" ];" 'another certificate than the pinned'
refuses 'another name' "tls = \"required\"; tls-ca = \"$TMP/good.pem\"; tls-name = \"not.example\";" 'name.*does not match'
refuses 'no TLS on the other side' "$CA" 'error="hub: ' $xfr_port
openssl s_server -accept $((tls_port + 1)) -cert "$TMP/hub.pem" -key "$TMP/hub.key" -tls1_3 -rev >/dev/null 2>&1 </dev/null &
PIDS="$PIDS $!"
listens() { for i in $(seq 100); do /usr/bin/python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])))' \
	"$1" 2>/dev/null && return; sleep 0.1; done; }
listens $((tls_port + 1))
refuses 'a web server with the right certificate' "$CA" 'ALPN' $((tls_port + 1))
openssl s_server -accept $((tls_port + 2)) -cert "$TMP/hub.pem" -key "$TMP/hub.key" -tls1_2 -alpn dot -rev >/dev/null 2>&1 </dev/null &
PIDS="$PIDS $!"
listens $((tls_port + 2))
refuses 'TLS 1.2' "$CA" 'error="hub: TLS: ' $((tls_port + 2))
for shown in renamed stranger past; do
	hub_stop
	hub_shows $shown
	hub_start || exit 1
	refuses "a hub that shows a wrong certificate ($shown)" "$CA" 'error="hub: TLS: '
done

# What is held stays while somebody else is at the hub's address.
hub_stop
hub_shows hub
hub_start || exit 1
configure $tls_port "$CA"
fresh
until_says 'the right one again' state valid
hub_stop
hub_shows stranger
hub_start || exit 1
hub_update 2 "$TMP/names.csv" alice bob
hub_drop "$TMP/2.tar" >/dev/null
until_true 'a hub that shows a wrong certificate' grep -q 'error="hub: TLS: ' "$TMP/node.log"
same 'has nothing to say' '1 valid' "$(node_says serial) $(node_says state)"
hub_stop
hub_shows hub
hub_start || exit 1
until_says 'until it shows its own' serial 2
node_stop

# BIND as the source: another's TLS, another's TSIG.
if command -v named >/dev/null; then
	mkdir "$TMP/bind"
	cp "$(grep -rlE '^@ SOA [^ ]* [^ ]* 2 ' "$TMP/state/zones" | head -1)" "$TMP/bind/part.zone"
	cat >"$TMP/bind/named.conf" <<-CONF
	options { directory "$TMP/bind"; pid-file "$TMP/bind/named.pid"; listen-on-v6 { none; };
		listen-on port $((tls_port + 3)) tls own { 127.0.0.1; }; recursion no; notify no; };
	controls { };
	tls own { cert-file "$TMP/hub.pem"; key-file "$TMP/hub.key"; protocols { TLSv1.3; }; };
	key "ag." { algorithm hmac-sha256; secret "$SECRET"; };
	zone "$ZONE" { type primary; file "$TMP/bind/part.zone"; allow-transfer { key "ag."; }; };
	CONF
	named -g -c "$TMP/bind/named.conf" >"$TMP/bind/log" 2>&1 &
	PIDS="$PIDS $!"
	hub_stop
	listens $((tls_port + 3))
	configure $((tls_port + 3)) "$CA"
	fresh
	until_says 'BIND hands the part out over TLS' serial 2
	node_stop
	[ "$failed" = 0 ] || grep -v pulling "$TMP/node.log" | sed 's/^/# /'
fi
