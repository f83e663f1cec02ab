#!/bin/sh
# Two ports before a name server: a client's namespace, the responder inline (af_packet on both sides),
# Knot behind it.  Listed names are answered on the way; all else goes through, byte for byte, in order.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
here=$(cd "$(dirname "$0")" && pwd)
command -v knotd >/dev/null || PATH=$PATH:/usr/sbin
command -v knotd >/dev/null || skip 'needs knotd'
NS_C=cordon-c-$$
undo 'ip netns del "$NS_C" 2>/dev/null'
in_c() { ip netns exec "$NS_C" "$@"; }
python() { timeout 60 /usr/bin/python3 -B "$here/inline.py" "$@"; }
background() { ip netns exec "$NS_C" "$@" & PIDS="$PIDS $!"; }
ask() { in_a kdig +short +time=2 +retry=1 "$@" 2>&1; }

ports() { # MODE [DPDK TOP ARGS TCP]
	configuration "${3:-} dpdk = { ${2:-}huge-pages = false; file-prefix = \"cordon-inline-$$\"; };
ports = ( { device = \"net_af_packet0\"; args = \"iface=vb${4:-}\"; mode = \"$1\"; peer = \"net_af_packet1\"; forge-signed = true; tcp = \"${5:-inspect}\"; },
          { device = \"net_af_packet1\"; args = \"iface=vc${4:-}\"; mode = \"$1\"; peer = \"net_af_packet0\"; forge-signed = true; } );"
	responder --in "$NS_B" --config "$TMP/responder.conf" || exit 1
}

veth
ip netns add "$NS_C" && ip -n "$NS_B" link add vc type veth peer name vd address 02:00:00:00:00:03 netns "$NS_C" || exit 1
ip netns exec "$NS_B" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/vc/disable_ipv6'
ip -n "$NS_C" addr add 198.18.0.3/24 dev vd
ip -n "$NS_C" addr add 2001:db8::3/64 dev vd nodad
for l in "$NS_C lo" "$NS_C vd" "$NS_B vc"; do ip -n ${l% *} link set ${l#* } up; done
in_c ethtool -K vd tx off >/dev/null

mkdir "$TMP/knot"
cat >"$TMP/knot/example.zone" <<'ZONE'
$ORIGIN example.
@ 300 SOA ns.example. hostmaster.example. 1 3600 900 604800 300
@ 300 NS ns.example.
ns 300 A 198.18.0.3
sink 300 A 203.0.113.7
pass.sink 300 A 203.0.113.8
unlisted 300 A 203.0.113.9
ZONE
cat >"$TMP/knot.conf" <<CONF
server:
    rundir: "$TMP/knot"
    listen: [ 198.18.0.3@53, "2001:db8::3@53" ]
database:
    storage: "$TMP/knot"
template:
  - id: default
    storage: "$TMP/knot"
    zonefile-load: whole
    journal-content: none
zone:
  - domain: example
    file: example.zone
CONF
ports inline
background knotd -c "$TMP/knot.conf" >"$TMP/knot.log" 2>&1
for i in $(seq 50); do [ "$(ask @198.18.0.3 unlisted.example A)" = 203.0.113.9 ] && break; sleep 0.1; done

same 'an unlisted name, from the server' 203.0.113.9 "$(ask @198.18.0.3 unlisted.example A)"
same 'over IPv6' 203.0.113.9 "$(ask @2001:db8::3 unlisted.example A)"
same 'over TCP' 203.0.113.9 "$(ask +tcp @198.18.0.3 unlisted.example A)"
same 'a listed name, from the list' '192.0.2.1
192.0.2.2' "$(ask @198.18.0.3 w.sink.example A)"
same 'over IPv6' 2001:db8::1 "$(ask @2001:db8::3 SINK.example AAAA)"
same 'an exception, from the server' 203.0.113.8 "$(ask @198.18.0.3 pass.sink.example A)"
same 'a listed name over TCP, from the list' '192.0.2.1
192.0.2.2' "$(ask +tcp @198.18.0.3 sink.example A)"
same 'over TCP and IPv6' 2001:db8::1 "$(ask +tcp @2001:db8::3 w.sink.example AAAA)"
same 'an exception over TCP, from the server' 203.0.113.8 "$(ask +tcp @198.18.0.3 pass.sink.example A)"
same 'a connection: unlisted, unlisted, listed, in turn; then its end' '203.0.113.9 203.0.113.9 192.0.2.1 end' \
	"$(in_a /usr/bin/python3 -B "$here/inline.py" tcp 198.18.0.3 unlisted.example unlisted.example sink.example)"
sleep 0.3
same 'the server waits for nobody' 0 "$(in_c ss -Htn state established '( sport = :53 )' | wc -l)"
check 'NOTIFY reaches the server' sh -c "ip netns exec $NS_A kdig +retry=0 +time=2 @198.18.0.3 example NOTIFY | grep -q 'NOTIFY;'"
check 'ping' in_a ping -c 2 -i 0.2 -W 2 198.18.0.3
check 'ping over IPv6' in_a ping -c 2 -i 0.2 -W 2 2001:db8::3
same 'listed names with tags, options, extension headers' '13 of 13' "$(in_a /usr/bin/python3 -B "$here/inline.py" ask va)"

head -c 20000000 /dev/urandom >"$TMP/file"
background /usr/bin/python3 -B "$here/inline.py" serve 2001:db8::3 8080 "$TMP/file"
sleep 0.5
same '20 MB over TCP: the same checksum' "$(sha256sum <"$TMP/file" | cut -d' ' -f1)" \
	"$(in_a timeout 60 /usr/bin/python3 -B "$here/inline.py" fetch 2001:db8::3 8080)"

through() { # ABOUT FROM-NAMESPACE INTERFACE TO-NAMESPACE INTERFACE MAC
	ip netns exec "$4" /usr/bin/python3 -B "$here/inline.py" capture "$5" "$TMP/captured" &
	capture=$!
	PIDS="$PIDS $capture"
	until [ -s "$TMP/captured" ]; do sleep 0.1; done
	ip netns exec "$2" /usr/bin/python3 -B "$here/inline.py" burst "$3" "$6" 3000 "$TMP/sent"
	sleep 1
	kill -TERM $capture
	check "$1" python same "$TMP/sent" "$TMP/captured"
	rm "$TMP/captured"
}
through '3000 frames of all kinds to the server: in order, byte for byte' \
	"$NS_A" va "$NS_C" vd 02:00:00:00:00:03
through 'and from the server' "$NS_C" vd "$NS_A" va 02:00:00:00:00:01
check 'counted' [ "$(counter .ports.0.forwarded)" -gt 3000 ]
check 'counted the other way' [ "$(counter .ports.1.forwarded)" -gt 3000 ]
same 'none was left' '0 0' "$(counter .ports.0.forward-unsent) $(counter .ports.1.forward-unsent)"
check 'answers are counted' [ "$(counter .counters.way.action-sinkhole)" -ge 15 ]
check 'TERM ends it' responder_stop

ports inline '' '' '' forward
same 'tcp = "forward": a listed name over TCP, from the server' 203.0.113.7 "$(ask +tcp @198.18.0.3 sink.example A)"
check 'TERM ends it' responder_stop

ports monitor '' 'monitor-log = 1;'
same 'monitor: a listed name, from the server' 203.0.113.7 "$(ask @198.18.0.3 sink.example A)"
same 'an unlisted one' 203.0.113.9 "$(ask @198.18.0.3 unlisted.example A)"
check 'seen, by feed' [ "$(counter .counters.way.seen) $(counter .lists.0.queries)" = '1 1' ]
same 'no answer of its own' 0 "$(counter .counters.rcode.noerror)"
sleep 1.5
same 'what it saw is in the log, by feed, once' 1 "$(grep -c 'monitor-feed feed=test ms=1[0-9]* queries=1' "$TMP/responder.log")"
check 'and how many of the whole' grep -Eq ' monitor ms=1[0-9]{3} seen=1 passed-on=[0-9]+' "$TMP/responder.log"
ask @198.18.0.3 sink.example A >/dev/null
check 'a reload' "$B/bin/cordon" reload --socket "$CTL"
sleep 0.2
same 'logs what was before it' 2 "$(grep -c 'monitor-feed feed=test .*queries=1' "$TMP/responder.log")"
check 'TERM ends it' responder_stop

# Two lcores, a queue of both ports each.
if [ "$(nproc)" -ge 2 ]; then
	ports inline 'lcores = "0-1"; ' '' ,qpairs=2
	same 'two lcores: queues' 2 "$(grep -c 'port-open.* queues=2' "$TMP/responder.log")"
	for i in $(seq 20); do ask @198.18.0.3 sink.example A | grep 192.0.2.; done >"$TMP/listed"
	same 'two lcores: answered' 20 "$(grep -c '^192.0.2.1$' "$TMP/listed")"
	same 'two lcores: TCP through' 203.0.113.9 "$(ask +tcp @198.18.0.3 unlisted.example A)"
	background /usr/bin/python3 -B "$here/inline.py" serve 2001:db8::3 8081 "$TMP/file"
	sleep 0.5
	same 'two lcores: 20 MB over TCP' "$(sha256sum <"$TMP/file" | cut -d' ' -f1)" \
		"$(in_a timeout 60 /usr/bin/python3 -B "$here/inline.py" fetch 2001:db8::3 8081)"
	check 'two lcores: TERM ends it' responder_stop
fi

# Frames longer than a buffer, from a file: in chains through the box.
"$here/frames.py" make "$TMP/in.pcap"
head -c 24 "$TMP/in.pcap" >"$TMP/none.pcap"
pcaps() { # MTU
	configuration "dpdk = { huge-pages = false; file-prefix = \"cordon-inline-$$\"; };
ports = ( { device = \"net_pcap0\"; args = \"rx_pcap=$TMP/in.pcap,tx_pcap=$TMP/answers.pcap\"; mode = \"inline\";
            peer = \"net_pcap1\"; forge-signed = true; mtu = $1; },
          { device = \"net_pcap1\"; args = \"rx_pcap=$TMP/none.pcap,tx_pcap=$TMP/through.pcap\"; mode = \"monitor\";
            peer = \"net_pcap0\"; mtu = $1; } );"
	responder --config "$TMP/responder.conf" || exit 1
	sleep 1
	silent=$(counter .counters.way.action-drop)
	check "mtu $1: TERM ends it" responder_stop
	check "mtu $1: what is not answered goes through, 8000 bytes too" \
		env SILENT="$silent" /usr/bin/python3 -B "$here/inline.py" rest "$TMP/in.pcap" "$TMP/through.pcap" "$TMP/answers.pcap"
}
pcaps 1500
pcaps 9000
