#!/bin/sh
# Frames from a file, answers to a file, through net_pcap: as a user without rights, without huge
# pages.  What comes out is what the sockets answer.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
here=$(cd "$(dirname "$0")" && pwd)
user=
if [ "$(id -u)" = 0 ]; then
	user='setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all'
	# The build may lie where only root may look.
	cp "$B/bin/cordon-responder" "$B/bin/cordon" "$TMP"
	mkdir "$TMP/bin" && mv "$TMP/cordon" "$TMP/cordon-responder" "$TMP/bin" && B=$TMP
	chmod 755 "$TMP"
fi
mkdir "$TMP/out" && chmod 777 "$TMP/out" # what the user may write
CTL=$TMP/out/control.sock
"$here/pcap.py" make "$TMP/in.pcap"
configuration "dpdk = { huge-pages = false; file-prefix = \"cordon-pcap-$$\"; };
ports = ( { device = \"net_pcap0\"; args = \"rx_pcap=$TMP/in.pcap,tx_pcap=$TMP/out/out.pcap\";
            any-address = true; } );"
sed -i "s/^listen.*/listen = [ \"127.0.0.1:$((20000 + $$ % 20000))\" ];/" "$TMP/responder.conf"
chmod 644 "$TMP/responder.conf" "$TMP/list.csv"

XDG_RUNTIME_DIR=$TMP/out RUN_AS=$user responder --config "$TMP/responder.conf" || exit 1
[ -z "$user" ] || same 'no capability is held' 0000000000000000 \
	"$(sed -n 's/^CapEff:\t//p' "/proc/$RESPONDER/status")"
for i in $(seq 50); do
	[ "$(counter .ports.0.rx)" -ge 700 ] && break
	sleep 0.1
done
"$here/ask.py" 127.0.0.1 $((20000 + $$ % 20000)) udp >"$TMP/udp"
check 'every frame was taken' [ "$(counter .ports.0.rx)" = 700 ]
check 'TERM ends it' responder_stop
"$here/pcap.py" read "$TMP/out/out.pcap" >"$TMP/pcap"
check 'sums and lengths of every answer are right' [ $? = 0 ]
check 'the same bytes as the sockets' cmp "$TMP/udp" "$TMP/pcap"
