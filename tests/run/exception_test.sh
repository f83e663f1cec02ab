#!/bin/sh
# The exception path: what the responder does not answer goes to a kernel interface with the port's
# MAC.  DNS over TCP, ICMP errors, a service of our own and BGP on the address whose UDP port 53 DPDK answers.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
here=$(dirname "$0")
in_b() { ip netns exec "$NS_B" "$@"; }
TAP=ce$$ US=198.18.0.2 US6=2001:db8::2

start() { # OPTIONS-OF-THE-PORT TOP
	configuration "$2 dpdk = { ${3:-}huge-pages = false; file-prefix = \"cordon-test-$$\"; };
ports = ( { device = \"net_af_packet0\"; args = \"iface=vb${4:-}\"; addresses = [ \"$US\", \"$US6\" ];
            exception = \"$TAP\"; $1 } );"
	sed -i "s|^listen = .*|listen = [ \"0.0.0.0\", \"::\" ];|" "$TMP/responder.conf"
	responder --in "$NS_B" --config "$TMP/responder.conf" || { not_ok 'start'; exit 1; }
	in_b sh -c "ip addr add $US/24 dev $TAP; ip addr add $US6/64 dev $TAP nodad"
}
way() { counter ".counters.way.$1"; }

veth
# The kernel sees the frames of an af_packet device on the device, too: there it must not take them.
in_b sh -c 'echo 1 >/proc/sys/net/ipv4/conf/vb/rp_filter; echo 8 >/proc/sys/net/ipv4/conf/vb/arp_ignore'
chmod 755 "$TMP" && chown nobody "$TMP"
start '' 'user = "nobody";'

same 'the interface has the port'"'"'s MAC' 02:00:00:00:00:02 "$(in_b cat /sys/class/net/$TAP/address)"
same 'UDP' 192.0.2.1 "$(in_a kdig +short +timeout=2 @$US w.sink.example A | head -1)"
same 'answered by DPDK' 1 "$(counter .counters.udp)"
same 'nothing of that for the kernel' 0 "$(in_b awk '/^Udp:/ { n = $2 } END { print n + 0 }' /proc/net/snmp)"
same 'TCP' 192.0.2.1 "$(in_a kdig +tcp +short +timeout=2 @$US w.sink.example A | head -1)"
same 'TCP over IPv6' 192.0.2.1 "$(in_a kdig +tcp +short +timeout=2 @$US6 w.sink.example A | head -1)"
same 'UDP over IPv6' 192.0.2.1 "$(in_a kdig +short +timeout=2 @$US6 w.sink.example A | head -1)"
check 'counted to the kernel' [ "$(way to-kernel)" -gt 4 ]
check 'counted from the kernel' [ "$(counter .counters.from-kernel)" -gt 4 ]

local0=$(way local)
check 'ping' in_a ping -c 3 -i 0.2 -W 2 $US
check 'ping over IPv6' in_a ping -c 3 -i 0.2 -W 2 $US6
check 'by the responder' [ "$(($(way local) - local0))" -ge 6 ]
same 'the kernel has seen no echo' 0 "$(in_b awk '/^Icmp:/ { n = $9 } END { print n + 0 }' /proc/net/snmp)"
check 'ping out of the kernel' in_b ping -c 2 -i 0.2 -W 2 198.18.0.1
check 'ping out of the kernel over IPv6' in_b ping -c 2 -i 0.2 -W 2 2001:db8::1

cat >"$TMP/closed.py" <<'PY'
# UDP to a closed port, as traceroute ends: refused means that ICMP came back.
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
s.connect((sys.argv[1], 33434))
s.send(b"x")
try:
    s.recv(1)
except ConnectionRefusedError:
    print("refused")
PY
same 'a closed UDP port: port unreachable' refused "$(in_a /usr/bin/python3 "$TMP/closed.py" $US)"
same 'and over IPv6' refused "$(in_a /usr/bin/python3 "$TMP/closed.py" $US6)"

cat >"$TMP/service.py" <<'PY'
# A service that takes a file and sends it back.
import socket
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("0.0.0.0", 2222)); l.listen()
c, _ = l.accept()
whole = b""
while part := c.recv(65536):
    whole += part
c.sendall(whole)
PY
cat >"$TMP/client.py" <<'PY'
import socket, sys
c = socket.create_connection((sys.argv[1], 2222), 5); c.settimeout(20)
c.sendall(sys.stdin.buffer.read()); c.shutdown(socket.SHUT_WR)
while part := c.recv(65536):
    sys.stdout.buffer.write(part)
PY
in_b /usr/bin/python3 "$TMP/service.py" & PIDS="$PIDS $!"
sleep 0.5
head -c 1000000 /dev/urandom >"$TMP/file"
in_a timeout 30 /usr/bin/python3 "$TMP/client.py" $US <"$TMP/file" >"$TMP/back"
check 'a file through TCP and back' cmp "$TMP/file" "$TMP/back"

if command -v bird >/dev/null; then
	bgp() { # NS NAME OWN NEIGHBOUR MORE
		printf 'router id %s;\nprotocol device {}\nprotocol static { ipv4; %s }\nprotocol bgp peer { local %s as 64512; neighbor %s as 64512; ipv4 { import all; export all; }; }\n' \
			"$3" "$5" "$3" "$4" >"$TMP/$2.conf"
		ip netns exec "$1" bird -f -c "$TMP/$2.conf" -s "$TMP/$2.ctl" >"$TMP/$2.log" 2>&1 &
		PIDS="$PIDS $!"
	}
	bgp "$NS_A" router 198.18.0.1 $US ''
	bgp "$NS_B" site $US 198.18.0.1 'route 192.0.2.53/32 blackhole;'
	for i in $(seq 40); do
		birdc -s "$TMP/router.ctl" show route 2>/dev/null | grep -q 192.0.2.53/32 && break
		sleep 0.5
	done
	check 'a route by BGP' sh -c "birdc -s '$TMP/router.ctl' show route | grep 192.0.2.53/32"
fi

# VLAN tags come and go with the kernel's frames.
check 'TERM ends it' responder_stop
check 'the interface is gone' sh -c "! ip -n $NS_B link show $TAP"
start 'vlans = [ "7" ]; exception-rate = 50;' ''
cat >"$TMP/tagged.py" <<'PY'
# ARP for an address that is not the responder's, in VLAN 7, and what the tap has of it; or back.
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind((sys.argv[2], 0))
if sys.argv[1] == "send":
    s.send(bytes.fromhex(sys.argv[3] + "0200000000018100000708060001080006040001020000000001c6120701000000000000c6120702"))
    sys.exit()
s.setsockopt(263, 8, 1); s.settimeout(10)
print("ready", flush=True)
while True:
    got, more, _, _ = s.recvmsg(2048, 256)
    tci = struct.unpack("IIIHHHH", more[0][2])[5]
    if tci == 7 and got[-4:] == bytes.fromhex("c6120702"):
        print("VLAN", tci)
        break
PY
tagged() { # FROM-NS DEVICE TO-NS DEVICE MAC: what comes there
	ip netns exec "$3" timeout 15 /usr/bin/python3 "$TMP/tagged.py" watch "$4" >"$TMP/tagged" & watcher=$!
	for i in $(seq 50); do [ -s "$TMP/tagged" ] && break; sleep 0.1; done
	ip netns exec "$1" /usr/bin/python3 "$TMP/tagged.py" send "$2" "$5"
	wait $watcher
	sed -n 2p "$TMP/tagged"
}
same 'a VLAN tag to the kernel' 'VLAN 7' "$(tagged "$NS_A" va "$NS_B" "$TAP" ffffffffffff)"
same 'a VLAN tag from the kernel' 'VLAN 7' "$(tagged "$NS_B" "$TAP" "$NS_A" va 020000000001)"

cat >"$TMP/syn.py" <<'PY'
# 2000 SYNs of one network, and one of each of 10 others.
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("va", 0))
def total(b):
    n = sum(struct.unpack(f"!{len(b) // 2}H", b))
    n = (n & 0xffff) + (n >> 16); n = (n & 0xffff) + (n >> 16)
    return ~n & 0xffff
def syn(src, port):
    a, b = socket.inet_aton(src), socket.inet_aton("198.18.0.2")
    t = struct.pack("!HHIIBBHHH", port, 9, 1, 0, 0x50, 2, 1024, 0, 0)
    t = t[:16] + struct.pack("!H", total(a + b + struct.pack("!HH", 6, 20) + t)) + t[18:]
    h = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, a, b)
    h = h[:10] + struct.pack("!H", total(h)) + h[12:]
    s.send(bytes.fromhex("0200000000020200000000010800") + h + t)
for i in range(2000):
    syn(f"198.51.100.{i % 250 + 1}", 1024 + i)
for i in range(10):
    syn(f"203.0.{i}.1", 5000)
PY
to0=$(way to-kernel)
in_a /usr/bin/python3 "$TMP/syn.py"
sleep 1
n=$(($(way to-kernel) - to0)) limited=$(way kernel-limited)
check "a flood of SYNs goes through, in part: $n of 2010" [ "$n" -ge 50 ]
check 'within its rate' [ "$n" -le 400 ]
check 'and counted' [ "$limited" -ge 1600 ]
same 'others are not' 192.0.2.1 "$(in_a kdig +tcp +short +timeout=2 @$US w.sink.example A | head -1)"
same 'UDP all the while' 192.0.2.1 "$(in_a kdig +short +timeout=2 @$US w.sink.example A | head -1)"
ip -n "$NS_B" link set "$TAP" down
in_a kdig +tcp +short +timeout=1 +retry=0 @$US w.sink.example A >/dev/null 2>&1
check 'the interface is down: counted' [ "$(counter .counters.kernel-unsent)" -gt 0 ]
same 'and UDP goes on' 192.0.2.1 "$(in_a kdig +short +timeout=2 @$US w.sink.example A | head -1)"
check 'TERM ends it again' responder_stop

# Two lcores, a queue of port and interface each.
if [ "$(nproc)" -ge 2 ]; then
	start '' '' 'lcores = "0-1"; ' ,qpairs=2
	for i in $(seq 20); do in_a kdig +tcp +short +timeout=2 @$US w.sink.example A; done >"$TMP/two"
	same 'two lcores: TCP' 20 "$(grep -c '^192.0.2.1$' "$TMP/two")"
	check 'two lcores: ping out of the kernel' in_b ping -c 2 -i 0.2 -W 2 198.18.0.1
	same 'two lcores: all was taken' 0 "$(counter .counters.kernel-unsent)"
	check 'two lcores: TERM ends it' responder_stop
fi
