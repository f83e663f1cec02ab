#!/bin/sh
# Privileges: started as root with a user, the responder answers on every transport, reloads, is
# asked for its status, and ends, without root, capabilities or free choice of system calls.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
in_b() { ip netns exec "$NS_B" "$@"; }
every_task() { # FIELD: its distinct values over all threads
	sed -n "s/^$1:[[:space:]]*//p" /proc/"$RESPONDER"/task/*/status | sort -u
}
start() { # DEVICE ARGS ADDRESS [DPDK]
	configuration "user = \"nobody\"; blocks-file = \"own.csv\";
dpdk = { ${4:-huge-pages = false; }file-prefix = \"cordon-test-$$\"; };
ports = ( { device = \"$1\"; args = \"$2\"; addresses = [ \"$3\" ]; check-checksums = false; } );"
	responder --in "$NS_B" --config "$TMP/responder.conf"
}
jailed() { # NAME: what holds whatever the port
	same "$1: user of every thread" "$uid	$uid	$uid	$uid" "$(every_task Uid)"
	same "$1: group of every thread" "$gid	$gid	$gid	$gid" "$(every_task Gid)"
	for set in CapEff CapPrm CapAmb; do
		same "$1: $set of every thread" 0000000000000000 "$(every_task $set)"
	done
	same "$1: no new privileges" 1 "$(every_task NoNewPrivs)"
	same "$1: a filter" 2 "$(every_task Seccomp)"
	same "$1: UDP" 192.0.2.1 "$(in_b dig +short +tries=1 +time=2 @127.0.0.1 -p 5300 w.sink.example | sort | head -1)"
	same "$1: TCP" 192.0.2.1 "$(in_b dig +tcp +short +tries=1 +time=2 @127.0.0.1 -p 5300 w.sink.example | sort | head -1)"
	echo 'later.example,,,,' >>"$TMP/list.csv"
	check "$1: reload" "$B/bin/cordon" reload --socket "$CTL"
	same "$1: the new name" 192.0.2.1 "$(in_b dig +short +tries=1 +time=2 @127.0.0.1 -p 5300 later.example | sort | head -1)"
	sed -i '/^later/d' "$TMP/list.csv"
	check "$1: block" "$B/bin/cordon" block --socket "$CTL" now.example
	same "$1: in force" NXDOMAIN "$(in_b dig +tries=1 +time=2 @127.0.0.1 -p 5300 now.example | sed -n 's/.*status: \([A-Z]*\),.*/\1/p')"
	check "$1: its file is the user's" [ "$(stat -c %u "$TMP/own.csv")" = "$uid" ]
	check "$1: status" "$B/bin/cordon" status --socket "$CTL"
	check "$1: TERM ends it" responder_stop
	check "$1: the control socket is gone" [ ! -e "$CTL" ]
}
uid=$(id -u nobody) gid=$(id -g nobody)
chown nobody "$TMP" && chmod 755 "$TMP"
veth

start net_af_packet0 iface=vb 198.18.0.2 || { not_ok 'af_packet: start'; exit 1; }
same 'af_packet: answers' 192.0.2.1 "$(in_a dig +short +tries=1 +time=2 @198.18.0.2 w.sink.example | sort | head -1)"
jailed af_packet

if start net_af_xdp0 iface=vb 198.18.0.2; then
	same 'af_xdp: answers' 192.0.2.1 "$(in_a dig +short +tries=1 +time=2 @198.18.0.2 w.sink.example | sort | head -1)"
	jailed af_xdp
	ip -n "$NS_B" link set vb xdp off 2>/dev/null
fi

if start net_tap0 "iface=ct$$,mac=02:00:00:00:00:09" 198.18.9.2; then
	in_b sh -c "ip addr add 198.18.9.1/24 dev ct$$ && ip link set ct$$ address 02:00:00:00:00:08 up &&
		ethtool -K ct$$ tx off >/dev/null"
	same 'tap: answers' 192.0.2.1 "$(in_b dig +short +tries=1 +time=2 @198.18.9.2 w.sink.example | sort | head -1)"
	jailed tap
fi

# Huge pages, where nobody else uses any: given back at the end.
pages=/proc/sys/vm/nr_hugepages
free_pages() { awk '/^HugePages_Free/ { print $2 }' /proc/meminfo; }
if [ "$(cat $pages)" = 0 ] && [ "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -gt 2048 ]; then
	undo 'echo 0 >$pages'
	echo 192 >$pages
	if [ "$(cat $pages)" -ge 160 ]; then
		start net_af_packet0 iface=vb 198.18.0.2 'huge-pages = true; ' || { not_ok 'huge pages: start'; exit 1; }
		check 'huge pages: in use' [ "$(free_pages)" -lt "$(cat $pages)" ]
		same 'huge pages: answers' 192.0.2.1 "$(in_a dig +short +tries=1 +time=2 @198.18.0.2 w.sink.example | sort | head -1)"
		jailed 'huge pages'
		same 'huge pages: all free again' "$(cat $pages)" "$(free_pages)"
	else
		echo "# huge pages: the kernel gives $(cat $pages) of 192; skipped"
	fi
	echo 0 >$pages
fi

configuration ''
responder --config "$TMP/responder.conf" || { not_ok 'root: start'; exit 1; }
check 'root and no user: a warning' grep -q 'warning runs-as-root' "$TMP/responder.log"
same 'root and no user: a filter all the same' 2 "$(every_task Seccomp)"
check 'root and no user: TERM ends it' responder_stop
configuration 'user = "no-such-user";'
check 'an unknown user: no start' sh -c "! '$B/bin/cordon-responder' --config '$TMP/responder.conf'"
check 'an unknown user: --check-config says so' \
	sh -c "! '$B/bin/cordon-responder' --check-config --config '$TMP/responder.conf'"

# What the user could not read is said by --check-config too.
mkdir -m 700 "$TMP/closed" && cp "$TMP/list.csv" "$TMP/closed/in.csv"
cp "$TMP/list.csv" "$TMP/own-only.csv" && chmod 600 "$TMP/own-only.csv"
configuration 'user = "nobody";'
said() { "$B/bin/cordon-responder" --check-config --config "$TMP/responder.conf" 2>&1 | grep -c unreadable; }
same 'check-config: all can be read' 0 "$(said)"
for files in own-only.csv 'own-on*.csv' closed/in.csv 'closed/*'; do
	sed "s|files = [^;]*;|files = [ \"$TMP/$files\" ];|" "$TMP/responder.conf" >"$TMP/x" && cat "$TMP/x" >"$TMP/responder.conf"
	same "check-config: $files cannot" 1 "$(said)"
done
check 'check-config: still ok' "$B/bin/cordon-responder" --check-config --config "$TMP/responder.conf"
