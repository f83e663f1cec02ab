#!/bin/sh
# Good and odd frames through net_pcap, af_packet and af_xdp: the good ones, among them tagged ones and
# ones with options, get the bytes that sockets answer; each odd one ends in its counter, unanswered.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
here=$(dirname "$0")
in_b() { ip netns exec "$NS_B" "$@"; }

port() { # NAME DEVICE ARGS FURTHER
	configuration "dpdk = { huge-pages = false; file-prefix = \"cordon-frames-$$\"; };
ports = ( { device = \"$2\"; args = \"$3\"; addresses = [ \"198.18.0.2\", \"2001:db8::2\" ];
            vlans = [ \"7\" ]; promiscuous = $4; } );"
	responder --in "$NS_B" --config "$TMP/responder.conf" || { not_ok "$1: start"; return 1; }
}
counters() { # DEVICE
	"$here/frames.py" counters "$1" >"$TMP/want"
	"$B/bin/cordon" status --json --socket "$CTL" | /usr/bin/python3 -c 'import json, sys
way = json.load(sys.stdin)["counters"]["way"]
for line in open(sys.argv[1]):
    name = line.split()[0]
    print(name, way[name])' "$TMP/want" >"$TMP/got"
	check "$1: each odd frame in its counter" diff "$TMP/want" "$TMP/got"
}

veth
# What the kernel would send by itself is not in the table.
in_a sh -c 'ip addr flush dev va; echo 1 >/proc/sys/net/ipv6/conf/va/disable_ipv6'

"$here/frames.py" make "$TMP/in.pcap"
port pcap net_pcap0 "rx_pcap=$TMP/in.pcap,tx_pcap=$TMP/out.pcap" false || exit 1
for i in $(seq 50); do
	[ "$(counter .counters.bursts)" = "${last:-}" ] && break
	last=$(counter .counters.bursts)
	sleep 0.1
done
counters net_pcap
in_b /usr/bin/python3 "$here/ask.py" 127.0.0.1 5300 udp >"$TMP/udp"
responder_stop
check 'net_pcap: answers are right, odd frames have none' eval '"$here/frames.py" read "$TMP/out.pcap" >"$TMP/pcap"'
check 'net_pcap: the bytes of the sockets' cmp "$TMP/udp" "$TMP/pcap"

for device in af_packet af_xdp; do
	port $device net_${device}0 iface=vb true || continue
	check "$device: answers are right, odd frames have none" \
		eval 'in_a /usr/bin/python3 "$here/frames.py" send va >"$TMP/$device"'
	check "$device: the bytes of the sockets" cmp "$TMP/udp" "$TMP/$device"
	counters $device
	responder_stop
done
