#!/bin/sh
# A flood from forged addresses: what goes out stays within the limits, a client with a cookie is
# answered all along.  Two responders that face each other, and a forged packet between them.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
here=$(dirname "$0")
port() { # INTERFACE ADDRESS FURTHER-LINES
	configuration "dpdk = { huge-pages = false; file-prefix = \"cordon-flood-$$-$1\"; };
ports = ( { device = \"net_af_packet0\"; args = \"iface=$1\"; addresses = [ \"$2\" ]; check-checksums = false; } );
$3"
	sed -i '/^listen/d' "$TMP/responder.conf"
}

veth
RATE=20
# LOAD=long: as fast as the generator can, past what the device takes; then some are lost on the way in.
enough=99
[ "${LOAD-}" = long ] && { PACE=10000000 enough=30; export PACE; }
port vb 198.18.0.2 "rrl = { rate = $RATE; slip = 2; };"
responder --in "$NS_B" --config "$TMP/responder.conf" || exit 1

# 10,000 addresses are 40 networks; each gets 20 whole answers a second of a class, and 20 more once.
in_a /usr/bin/python3 "$here/flood.py" flood va 198.18.0.2 5 sink.example >"$TMP/flood" 2>&1 || cat "$TMP/flood"
. "$TMP/flood"
echo "# sent $sent ($sent_bytes bytes in $seconds s), whole answers $whole of $most at most, TC $tc, out $out_bytes bytes"
check 'the flood was one: over ten times the limits' [ "$sent" -gt $((10 * most)) ]
check 'whole answers stay within the limits' [ "$whole" -le "$most" ]
check 'and are not far below' [ "$whole" -ge $((most * 8 / 10)) ]
check 'half of the others slip, as TC' [ "$tc" -le $((sent / 2)) ]
check 'less goes out than comes in' [ "$out_bytes" -lt "$sent_bytes" ]
check 'no network gets more than its limit' [ "$network_most" -le "$network_limit" ]
check 'who has a cookie is answered all along' [ "$answered" -ge $((asked * enough / 100)) ]
same 'no answer to it is limited' "$answered" "$good"
check 'counted' [ "$(counter .counters.way.rrl-dropped)" -gt 0 -a "$(counter .counters.way.rrl-slipped)" -gt 0 ]
check 'TERM ends it' responder_stop

port vb 198.18.0.2 'rrl = { rate = 20; slip = 2; dry-run = true; };'
responder --in "$NS_B" --config "$TMP/responder.conf" || exit 1
in_a /usr/bin/python3 "$here/flood.py" flood va 198.18.0.2 1 sink.example >"$TMP/flood" || cat "$TMP/flood"
. "$TMP/flood"
check 'dry run: all are answered' [ "$whole" -gt "$((2 * most))" ]
check 'and counted' [ "$(counter .counters.rrl-dry-run)" -gt 1000 ]

# The other one, on va; the kernel there would answer with ICMP.
ip -n "$NS_A" addr flush dev va
port va 198.18.0.1 ''
sed -i "s|$CTL|$TMP/other.sock|" "$TMP/responder.conf"
in_a "$B/bin/cordon-responder" --config "$TMP/responder.conf" >"$TMP/other.log" 2>&1 &
PIDS="$PIDS $!"
for i in $(seq 100); do "$B/bin/cordon" status --socket "$TMP/other.sock" >/dev/null 2>&1 && break; sleep 0.1; done
in_a /usr/bin/python3 "$here/flood.py" pingpong va 198.18.0.1 198.18.0.2 sink.example >"$TMP/pingpong"
. "$TMP/pingpong"
echo "# $messages forged, $fro answers to them, $to answers to answers"
check 'answers to a forged neighbour: one each at most' [ "$fro" -gt 10 -a "$fro" -le "$messages" ]
same 'and the neighbour is silent' 0 "$to"
CTL=$TMP/other.sock
same 'it sent nothing' 0 "$(counter .ports.0.tx)"
same 'it saw them all' "$fro" "$(counter .counters.way.dns-response)"
