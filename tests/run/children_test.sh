#!/bin/sh
# The hub's processes are killed one by one at many points of an update, and its clock is set an hour
# back and forth: it converges each time, and its audit stays whole.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
hub_world
# Long enough to be met at work.
for s in $SUFFIXES; do for i in $(seq 20000); do echo "name$i.$s,$today,$week"; done; done >"$TMP/names.csv"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$TMP/localhost.key" -out "$TMP/localhost.pem" 2>/dev/null
printf token >"$TMP/token"
HTTPS="https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\"; key = \"localhost.key\"; };
	publishers = ( { name = \"alice\"; feeds = [ \"test\" ];
		tokens = [ \"$(sha256sum "$TMP/token" | cut -d' ' -f1)\" ]; } );"
hub_configure '' "$HTTPS"
hub_start || exit 1

child() { # NAME: its pid
	for p in $(cat /proc/$HUB_PID/task/*/children); do
		[ "$(cat /proc/$p/comm 2>/dev/null)" = "$1" ] && echo "$p"
	done
}
ag_holds() { # SERIAL: waits until the part is served; a failed update is tried again after 10 s
	for i in $(seq 200); do [ "$(served ag 2>/dev/null)" = "$1" ] && return 0; sleep 0.1; done
	return 1
}
whole_transfer() { kdig +tcp +timeout=5 -p $xfr_port @127.0.0.1 -y hmac-sha256:ag.:$SECRET ag.test.hub.example AXFR |
	grep -c 'TXT.*/'; }

# A kill at each point, hundredths of a second into an update.
serial=1 killed=0 lost=0
kill_during() { # PROCESS, how updates come, POINT...
	killed=0 lost=0
	process=$1 way=$2
	shift 2
	for hundredths; do
		hub_update $serial "$TMP/names.csv" alice bob
		if [ "$way" = drop ]; then
			cp "$TMP/$serial.tar" "$DROP/.next" && mv "$DROP/.next" "$DROP/$serial.tar"
		else
			"$B/bin/cordon" submit --hub "https://localhost:$https_port" --feed test --serial $serial \
				--ca "$TMP/localhost.pem" --token "$TMP/token" "$TMP/$serial.tar" >"$TMP/submit" 2>&1 &
			submit=$!
		fi
		# The examiner is there only while there is an update.
		for i in $(seq 100); do [ "$(child "$process")" ] && break; sleep 0.01; done
		sleep 0.$hundredths
		for p in $(child "$process"); do kill -9 "$p" 2>/dev/null && killed=$((killed + 1)); done
		[ "$way" = drop ] || wait $submit || { lost=$((lost + 1)); cat "$TMP/submit"; }
		ag_holds $serial || { lost=$((lost + 1)); echo "# $process, 0.$hundredths s: $(serial_in_force), served $(served ag)"; }
		serial=$((serial + 1))
	done
}
kill_during cordond-examine drop 00 01 02
check "the examiner was killed $killed times" [ $killed -ge 1 ]
same 'each update is in force all the same' 0 $lost
kill_during cordond-xfr drop 00 03 06 10 20
check "the process of transfers was killed $killed times" [ $killed -ge 4 ]
same 'each update is served all the same' 0 $lost
kill_during cordond-intake https 00 03 06 10 20
check "the intake was killed $killed times" [ $killed -ge 4 ]
same 'each update arrives all the same' 0 $lost
same 'the last one is whole' 20000 "$(whole_transfer)"
check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
hub_stop

for offset in 3600 -3600 0; do
	hub_configure '' "clock-offset = $offset; $HTTPS"
	hub_start || exit 1
	same "clock $offset s off: what is in force stays" $((serial - 1)) "$(serial_in_force)"
	check 'and is served' ag_holds $((serial - 1))
	hub_update $serial "$TMP/names.csv" alice bob
	same 'an update' accepted "$(hub_drop "$TMP/$serial.tar")"
	check 'is served' ag_holds $serial
	check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
	serial=$((serial + 1))
	hub_stop
done
check 'that the clock went back is said' grep -q 'warning clock behind_s' "$TMP/hub.log"
