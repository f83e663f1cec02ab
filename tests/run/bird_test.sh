#!/bin/sh
# Two responders behind one anycast address: BIRD announces who is healthy (etc/bird), a third BIRD
# chooses.  One is killed, one is drained, under queries; what is lost is counted.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
command -v bird >/dev/null && command -v birdc >/dev/null || skip 'needs bird2'
etc=$(dirname "$0")/../../etc/bird
NS_R=cordon-r-$$ SERVICE=192.0.2.53
INTERVAL=0.5 FALL=2 RISE=2 RATE=400

# $NS_A and $NS_B are the responders' here, $NS_R the router's and the client's.
world() {
	for ns in "$NS_A" "$NS_B" "$NS_R"; do ip netns add "$ns" && ip -n "$ns" link set lo up || exit 1; done
	i=1
	for ns in "$NS_A" "$NS_B"; do
		ip -n "$NS_R" link add "r$i" type veth peer name eth0 netns "$ns" || exit 1
		ip -n "$NS_R" addr add "198.18.$i.1/30" dev "r$i" && ip -n "$NS_R" link set "r$i" up
		ip -n "$ns" addr add "198.18.$i.2/30" dev eth0 && ip -n "$ns" link set eth0 up
		ip -n "$ns" addr add "$SERVICE/32" dev lo
		ip -n "$ns" route add default via "198.18.$i.1"
		i=$((i + 1))
	done
	ip -n "$NS_R" addr add 198.18.0.1/32 dev lo
}
router() { # The first is preferred.
	cat >"$TMP/router.conf" <<CONF
router id 198.18.0.1;
protocol device {}
protocol kernel { ipv4 { export where source = RTS_BGP; }; }
template bgp site { local as 64511; passive yes; hold time 9; keepalive time 3; }
protocol bgp one from site { neighbor 198.18.1.2 as 64512; ipv4 { import filter { bgp_local_pref = 200; accept; }; export none; }; }
protocol bgp two from site { neighbor 198.18.2.2 as 64512; ipv4 { import all; export none; }; }
CONF
	bird_start "$NS_R" router
}
bird_start() { # NS NAME
	ip netns exec "$1" bird -f -c "$TMP/$2.conf" -s "$TMP/$2.ctl" >"$TMP/$2.log" 2>&1 &
	PIDS="$PIDS $!"
}
site() { # N NS
	sed -e "s/^define ROUTER = .*/define ROUTER = 198.18.$1.1;/" \
		-e "s/^router id .*/router id 198.18.$1.2;/" "$etc/bird2.conf" >"$TMP/site$1.conf"
	bird_start "$2" "site$1"
	cordon_start "$1" "$2"
	ip netns exec "$2" env INTERVAL=$INTERVAL FALL=$FALL RISE=$RISE SOCKET="$TMP/c$1" CORDON="$B/bin/cordon" \
		BIRDC="birdc -s $TMP/site$1.ctl" "$etc/cordon-health" >"$TMP/health$1.log" 2>&1 &
	HEALTH=$!
	PIDS="$PIDS $HEALTH"
}
cordon_start() { # N NS: its pid is in $PID_N
	configuration "identity = \"site$1\";"
	sed -e "s|^control = .*|control = \"$TMP/c$1\";|" -e "s|^listen = .*|listen = [ \"$SERVICE\" ];|" \
		"$TMP/responder.conf" >"$TMP/responder$1.conf"
	ip netns exec "$2" "$B/bin/cordon-responder" --config "$TMP/responder$1.conf" >"$TMP/responder$1.log" 2>&1 &
	eval "PID_$1=$!"
	PIDS="$PIDS $!"
}
who() { ip netns exec "$NS_R" kdig +short +timeout=1 +retry=0 @$SERVICE CH TXT id.server | tr -d '"'; }
until_who() { # WANT: within 15 s
	for t in $(seq 150); do [ "$(who 2>/dev/null)" = "$1" ] && return 0; sleep 0.1; done
	return 1
}
under_load() { # SECONDS COMMAND...: the command runs 1 s after the queries begin; $LOST
	seconds=$1; shift
	ip netns exec "$NS_R" dnsperf -s $SERVICE -d "$TMP/queries" -Q $RATE -l "$seconds" -t 1 >"$TMP/dnsperf" 2>&1 &
	load=$!
	PIDS="$PIDS $load"
	sleep 1
	"$@" >/dev/null 2>&1
	wait $load
	LOST=$(sed -n 's/.*Queries lost: *\([0-9]*\).*/\1/p' "$TMP/dnsperf")
	SENT=$(sed -n 's/.*Queries sent: *\([0-9]*\).*/\1/p' "$TMP/dnsperf")
}
undo 'ip netns del "$NS_R" 2>/dev/null'

world
echo 'sink.example A' >"$TMP/queries"
router
site 1 "$NS_A"
site 2 "$NS_B"
check 'announced: the preferred site answers' until_who site1

under_load 3 true
same "nothing happens: of $SENT queries lost" 0 "$LOST"

under_load 4 "$B/bin/cordon" drain --socket "$TMP/c1"
same "drained: of $SENT queries lost" 0 "$LOST"
same 'drained: the other site answers' site2 "$(who)"
check 'drained: said so' grep -q 'disable anycast: drained' "$TMP/health1.log"
check 'drained: it answers on' sh -c "ip netns exec $NS_A kdig +short +timeout=1 @$SERVICE sink.example | grep -q 192.0.2.1"
check 'undrain' "$B/bin/cordon" undrain --socket "$TMP/c1"
check 'undrained: it is preferred again' until_who site1

# The bound: FALL checks, INTERVAL apart, the last of them a whole INTERVAL late; 0.5 s for the checks
# themselves, BGP and the kernel on a busy machine.
bound=$(/usr/bin/python3 -c "print(int($RATE * ($FALL * $INTERVAL + 0.5)))")
under_load 5 kill -9 "$PID_1"
check "killed: of $SENT queries $LOST lost, bound $bound" [ "$LOST" -le "$bound" ]
check 'killed: not without a loss, or nothing was tested' [ "$LOST" -gt 0 ]
same 'killed: the other site answers' site2 "$(who)"
cordon_start 1 "$NS_A"
check 'started again: it is preferred again' until_who site1

kill -TERM "$HEALTH" # of site 2: without a check there is no announcement
routed() { birdc -s "$TMP/router.ctl" show route protocol two | grep -q $SERVICE; }
for t in $(seq 100); do routed || break; sleep 0.1; done
check 'a check that ends withdraws' grep -q 'disable anycast: ending' "$TMP/health2.log"
check 'and the router knows' sh -c "! birdc -s '$TMP/router.ctl' show route protocol two | grep -q $SERVICE"
