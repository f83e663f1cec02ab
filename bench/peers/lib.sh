# lib.sh: what every peer's script stands on.  A script beside it is named for its peer and has
#   start LIST    serve the names of LIST ("label.tld" a line); returns once it runs, and leaves the
#                 time at which loading began in RUN/loading
#   update DELTA  serve the names of DELTA too, the fastest way that the peer has
#   stop          end it
#   pid           its process, and the processes under it
# The environment says where, as scripts/bench-peers sets it:
#   RUN   directory of its own     NS    namespace of the server, whose device is $DEV
#   CORE  CPU to run on            ADDR  IPv4 address to answer on; queries come from $FROM
#   B     build directory          SINK  address that listed names get
set -u
: "${RUN:?}" "${NS:?}" "${DEV:?}" "${CORE:?}" "${ADDR:?}" "${FROM:?}" "${B:?}" "${SINK:=192.0.2.1}"
PEERS=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$RUN"

in_ns() { ip netns exec "$NS" "$@"; }
# From here on it loads; what comes before puts the list into its own form.  spawn() says so too.
loading() { [ -s "$RUN/loading" ] || date +%s.%N >"$RUN/loading"; }
spawn() { # COMMAND...: in the namespace, on the core
	loading
	in_ns taskset -c "$CORE" "$@" >"$RUN/log" 2>&1 &
	echo $! >"$RUN/pid"
}
descendants() { # PID
	echo "$1"
	for child in $(ps -o pid= --ppid "$1"); do descendants "$child"; done
}
pid() { [ ! -f "$RUN/pid" ] || descendants "$(cat "$RUN/pid")"; }
stop() {
	[ -f "$RUN/pid" ] || return 0
	all=$(pid)
	kill "$(cat "$RUN/pid")" 2>/dev/null
	for i in $(seq 100); do kill -0 "$(cat "$RUN/pid")" 2>/dev/null || break; sleep 0.1; done
	for p in $all; do kill -9 "$p" 2>/dev/null; done
	rm -f "$RUN/pid"
	# knotd leaves its program on the device, which slows down whatever comes next.
	in_ns ip link set dev "$DEV" xdp off 2>/dev/null
	return 0
}
# One zone file for each last label of the list, in DIR; their names in DIR/zones.
zones() { # LIST DIR
	mkdir -p "$2" && rm -f "$2"/*
	awk -v d="$2" -v s="$SINK" '{
		n = match($0, /\.[^.]*$/); t = substr($0, n + 1); name = substr($0, 1, n - 1)
		f = d "/" t ".zone"
		if (!(t in seen)) {
			seen[t] = 1
			print t > (d "/zones")
			print "$ORIGIN " t ".\n$TTL 300\n@ SOA ns.invalid. h.invalid. 1 3600 900 86400 60\n@ NS ns.invalid." > f
		}
		print name " A " s > f }' "$1"
}
# The same as one response policy zone, and a root zone that holds nothing.
policy_zone() { # LIST DIR
	head='$TTL 300\n@ SOA ns.invalid. h.invalid. 1 3600 900 86400 60\n@ NS ns.invalid.\n'
	mkdir -p "$2"
	printf "$head" >"$2/root.zone"
	printf 'ns.invalid. A 127.0.0.1\n' >>"$2/root.zone"
	{ printf "$head"; sed "s/\$/ A $SINK/" "$1"; } >"$2/rpz.zone"
}
# A dynamic update (RFC 2136) of DELTA, 800 names a message, to zones by last label or to one ZONE.
dynamic_update() { # DELTA [ZONE]
	sort -t. -k2 "$1" | awk -v a="$ADDR" -v s="$SINK" -v zone="${2-}" 'BEGIN { print "server " a }
		{ t = zone ? zone : substr($0, match($0, /\.[^.]*$/) + 1) }
		t != last || n >= 800 { if (last) print "send"; last = t; n = 0; print "zone " t "." }
		{ print "update add " $0 (zone ? "." zone : "") ". 300 A " s; n++ } END { print "send" }'
}
main() {
	case ${1-} in
	start) stop; rm -rf "${RUN:?}"/*; start "$2" ;;
	update) update "$2" ;;
	stop) stop ;;
	pid) pid ;;
	*) echo "usage: $0 start LIST | update DELTA | stop | pid" >&2; exit 2 ;;
	esac
}
