#!/bin/sh
# The scripts that compare: every peer loads, answers, takes an update; structures and sizes; records
# that compare and make a page.
. "$(dirname "$0")/lib.sh"
need_root
[ "$(nproc)" -gt 1 ] || skip 'a generator and a server need two CPUs'
[ -x "$B/bench/index_bench" ] || skip "make $B/bench/index_bench $B/bench/names_print first"
peers=cordon,knot,nsd,bind,bind-rpz,unbound,unbound-rpz,dnsdist,pdns
check 'peers in a round' scripts/bench-peers "$B" --peers $peers --names 2000 --queries 2000 --delta 100 \
	--rounds 1 --rate 2000 --patience 0 --limit 60 --output "$TMP/out"
# Of the record of a scenario: found SCENARIO EXPRESSION, where s is its summary.
found() {
	/usr/bin/python3 -c 'import json, sys, glob
s = json.load(open(glob.glob(sys.argv[1])[0]))["summary"]
print(eval(sys.argv[2]))' "$TMP/out/$1-*.json" "$2"
}
for peer in $(echo $peers | tr , ' '); do
	# Which programs are installed is scripts/deps' affair.
	case $(found peers "'$peer' in s") in
	True) ;;
	*) echo "# $peer is not there"; continue ;;
	esac
	same "$peer answers" True "$(found peers "s['$peer']['answered_qps'] > 0")"
	same "$peer takes an update" True "$(found peers "s['$peer'].get('update_s', 0) > 0")"
	same "$peer has memory and a time to load" True \
		"$(found peers "s['$peer']['bytes_per_name'] > 0 and s['$peer']['load_s'] > 0")"
done
check 'sizes and structures' scripts/bench-engine "$B" --names 1000,2000 --misses 1000 --structures 1000 \
	--rounds 2 --passes 1 --patience 0 --output "$TMP/out"
same 'five structures' 5 "$(found structures 'sum(isinstance(v, dict) for v in s.values())')"
same 'the engine by stage' True "$(found engine "s['1000 names, hit ratio 1']['stages']['lookup'] > 0")"
check 'loading' scripts/bench-load "$B" 1000 --rounds 1 --patience 0 --output "$TMP/out"
check 'a page of them' "$B/bin/cordon-bench" report "$TMP/out"
for title in 'CPU time an answer' 'Cost by stage' 'Lookups a second' 'Seconds until the list'; do
	check "the page has: $title" grep -q "$title" "$TMP/out/report.html"
done
check 'the records compare' "$B/bin/cordon-bench" compare "$TMP/out" "$TMP/out"
