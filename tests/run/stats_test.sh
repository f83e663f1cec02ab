#!/bin/sh
# cordon stats: counters, and what each stage costs while a port is under queries.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
cordon() { command=$1; shift; "$B/bin/cordon" "$command" --socket "$CTL" "$@"; }
stage() { # NAME KEY: of the JSON in $TMP/stages
	/usr/bin/python3 -c 'import json, sys
print(next(s[sys.argv[3]] for s in json.load(open(sys.argv[1]))[0]["stages"] if s["stage"] == sys.argv[2]))' "$TMP/stages" "$1" "$2"
}
veth
configuration "dpdk = { huge-pages = false; file-prefix = \"cordon-test-$$\"; };
ports = ( { device = \"net_af_packet0\"; args = \"iface=vb\"; addresses = [ \"198.18.0.2\" ]; } );"
responder --in "$NS_B" --config "$TMP/responder.conf" || { not_ok start; exit 1; }
ask() { for i in $(seq 20); do in_a kdig +short +timeout=1 @198.18.0.2 w.sink.example A; done >/dev/null; }

ask
check 'counters' sh -c "'$B/bin/cordon' stats --socket '$CTL' >'$TMP/out' && grep -Eq '^way +action-sinkhole +20$' '$TMP/out'"
same 'none that is 0' '' "$(grep -E ' 0$' "$TMP/out")"
same 'as JSON' 20 "$(cordon stats --json | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["way"]["action-sinkhole"])')"

cordon stats --stages --seconds 2 --json >"$TMP/stages" & P=$!
sleep 0.5; ask; wait $P
# Neighbour discovery of the client's kernel goes by the same stages.
about_20() { [ "$1" -ge 20 ] && [ "$1" -le 40 ]; }
check 'packets of the stage that answers' about_20 "$(stage respond packets)"
check 'of the one that sends' about_20 "$(stage tx packets)"
check 'calls' [ "$(stage rx calls)" -ge 20 ]
check 'cycles' [ "$(stage lookup cycles)" -gt 1000 ]
ask
cordon stats --stages --seconds 1 --json >"$TMP/stages"
check 'what came while nobody looked is not in it' [ "$(stage tx packets)" -lt 20 ]
check 'a table' sh -c "'$B/bin/cordon' stats --stages -n 1 --socket '$CTL' | grep -q '^STAGE.*CYCLES/PACKET'"
check 'seconds alone are a mistake' sh -c "! '$B/bin/cordon' stats --seconds 1 --socket '$CTL' 2>/dev/null"
call() { /usr/bin/python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.argv[2].encode() + b"\n")
print(s.makefile().read())' "$CTL" "$1"; }
check 'a responder asked for too long a time' sh -c "echo '$(call 'stages 3601')' | grep -q 'from 0 to 3600'"
# Who switches them on and goes away: the responder ends it.
call 'stages 1' >/dev/null
sleep 1.6
call stages >"$TMP/before"; ask; call stages >"$TMP/after"
check 'off by itself' cmp "$TMP/before" "$TMP/after"
check 'TERM ends it' responder_stop

configuration ''
responder --config "$TMP/responder.conf" || { not_ok start; exit 1; }
check 'without a port there is nothing to time' sh -c "! '$B/bin/cordon' stats --stages --socket '$CTL' 2>'$TMP/out'; grep -q 'no DPDK port' '$TMP/out'"
