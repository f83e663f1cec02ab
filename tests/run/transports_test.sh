#!/bin/sh
# The same bytes behind the same question: sockets over UDP and TCP, and DPDK ports over af_packet,
# af_xdp and TAP.  Clients are dnspython, kdig and dig.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
here=$(dirname "$0")
in_b() { ip netns exec "$NS_B" "$@"; }

port() { # NAME DEVICE ARGS ADDRESSES: one responder with that port and with sockets
	configuration "dpdk = { huge-pages = false; file-prefix = \"cordon-test-$$\"; };
ports = ( { device = \"$2\"; args = \"$3\"; addresses = [ $4 ]; check-checksums = false; } );"
	responder --in "$NS_B" --config "$TMP/responder.conf" || { not_ok "$1: start"; return 1; }
}

veth
port af_packet net_af_packet0 iface=vb '"198.18.0.2", "2001:db8::2"' || exit 1
in_b /usr/bin/python3 "$here/ask.py" 127.0.0.1 5300 udp >"$TMP/udp"
same 'questions are answered' 1 "$([ "$(grep -vc -- ' -$' "$TMP/udp")" -gt 500 ] && echo 1)"
in_b /usr/bin/python3 "$here/ask.py" ::1 5300 udp >"$TMP/udp6"
check 'UDP over IPv6: the same bytes' cmp "$TMP/udp" "$TMP/udp6"
check 'dnspython finds nothing wrong' in_b /usr/bin/python3 "$here/ask.py" 127.0.0.1 5300 check
in_b /usr/bin/python3 "$here/ask.py" 127.0.0.1 5300 tcp >"$TMP/tcp"
check 'TCP: the same bytes' cmp "$TMP/udp" "$TMP/tcp"

check 'ping over the port' in_a ping -c 2 -i 0.2 -W 2 198.18.0.2
check 'ping over IPv6' in_a ping -c 2 -i 0.2 -W 2 2001:db8::2
in_a /usr/bin/python3 "$here/ask.py" 198.18.0.2 53 udp >"$TMP/afp"
check 'af_packet: the same bytes' cmp "$TMP/udp" "$TMP/afp"
in_a /usr/bin/python3 "$here/ask.py" 2001:db8::2 53 udp >"$TMP/afp6"
check 'af_packet over IPv6: the same bytes' cmp "$TMP/udp" "$TMP/afp6"
same 'kdig' '192.0.2.1
192.0.2.2' "$(in_a kdig +short @198.18.0.2 w.sink.example A)"
same 'dig' '2001:db8::1' "$(in_a dig +short +tries=1 +time=2 @2001:db8::2 SINK.example AAAA)"
same 'a name of the fixed day' '192.0.2.1' "$(in_a kdig +short @198.18.0.2 may.ws A | head -1)"
check 'counted by way' [ "$(counter .counters.way.formerr)" -gt 10 ]
check 'TERM ends it' responder_stop
check 'the control socket is gone' [ ! -e "$CTL" ]

if port af_xdp net_af_xdp0 iface=vb '"198.18.0.2", "2001:db8::2"'; then
	in_a /usr/bin/python3 "$here/ask.py" 198.18.0.2 53 udp >"$TMP/afx"
	check 'af_xdp: the same bytes' cmp "$TMP/udp" "$TMP/afx"
	check 'af_xdp: TERM ends it' responder_stop
fi

if port tap net_tap0 "iface=ct$$,mac=02:00:00:00:00:09" '"198.18.9.2"'; then
	in_b sh -c "ip link set ct$$ address 02:00:00:00:00:08 && ip addr add 198.18.9.1/24 dev ct$$ &&
		ip link set ct$$ up && ethtool -K ct$$ tx off >/dev/null"
	in_b /usr/bin/python3 "$here/ask.py" 198.18.9.2 53 udp >"$TMP/tap"
	check 'TAP: the same bytes' cmp "$TMP/udp" "$TMP/tap"
	check 'TAP: TERM ends it' responder_stop
fi
