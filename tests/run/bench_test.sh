#!/bin/sh
# cordon-bench: its generator against the responder in its own process and against one behind a veth
# pair, its records, the page made of them, and their comparison.
. "$(dirname "$0")/lib.sh"
need_root
[ "$(nproc)" -gt 1 ] || skip 'a ring needs two CPUs'
bench() { "$B/bin/cordon-bench" "$@"; }
# Of the only record of a scenario: number load trials.0.answered
number() {
	/usr/bin/python3 -c 'import json, sys, glob
v = json.load(open(sorted(glob.glob(sys.argv[1]))[-1]))
for k in sys.argv[2].split("."): v = v[int(k)] if isinstance(v, list) else v[k]
print(v)' "$TMP/out/$1-*.json" "$2"
}
mix='--names 20000 --queries 20000 --case 0.5 --edns 0.5 --cookies 0.2 --aaaa 0.3 --ipv6 0.4
	--sources 10.0.0.0/10 --sources6 2001:db8:1::/108 --verify 1 --timeout 5 --ring-size 65536'

# What is lost is left open: others use these CPUs too.
check 'load over rings' bench load $mix --hit-ratio 0.5 --rate 20k --output "$TMP/out"
same 'no answer is wrong' 0 "$(number load trials.0.wrong)"
same 'every answer is compared' "$(number load trials.0.answered)" "$(number load trials.0.verified)"
check 'queries are answered' [ "$(number load trials.0.answered)" -gt 100 ]
check 'listed names are answered, others refused' [ "$(number load trials.0.rcodes.REFUSED)" -gt 100 ]
check 'update beside a load' bench update --names 20000 --delta 2000 --rate 10k --seconds 3 --timeout 5 --ring-size 65536 --output "$TMP/out"
same 'no answer is wrong while the list changes' 0 "$(number update summary.update.wrong)"
same 'nor as before it was acknowledged' False "$(number update summary.stale)"
check 'the acknowledgement was waited for' [ "$(number update summary.acknowledged_ms)" != None ]
check 'a name that came is answered' [ "$(number update summary.first_new_ms)" != None ]
# 875,000 queries: the least of the suffixes gets 5,900 of them, so that 5 % are nearly four sigma.
check 'a day of bots' bench bots --day 2009-04-01 --scale 0.0005 --compress 21600 --timeout 5 --ring-size 65536 --output "$TMP/out"
same 'agrees with the plan, in all and by suffix' True "$(number bots summary.agrees)"
same 'within what chance does' True "$(/usr/bin/python3 -c "print($(number bots summary.sigmas_in_5_percent) > 3)")"
"$B/bin/cordon" predict --family conficker-c --from 2009-04-01 >"$TMP/day"
bench plan --list "$TMP/day" --json >"$TMP/plan.list"
bench plan --day 2009-04-01 --json >"$TMP/plan.day"
check 'a list of the day plans as the day' cmp "$TMP/plan.list" "$TMP/plan.day"
check 'a list of others is refused' sh -c "! echo a.example | '$B/bin/cordon-bench' plan --list /dev/stdin"
for i in 1 2; do
	check 'searches' bench ndr --names 5000 --seconds 0.05 --trials 1 --precision 0.3 --rate-max 200k --searches 2 \
		--timeout 5 --ring-size 65536 --output "$TMP/search$i"
done
bench compare "$TMP/search1" "$TMP/search2" >"$TMP/compared"
check 'a comparison has a verdict' [ $? -lt 2 ]
check 'with an interval' grep -Eq 'pdr .* to .*(same|better|worse)' "$TMP/compared"
check 'rate over list size' bench list-size --points 1k,20k --trials 2 --seconds 0.05 --output "$TMP/out"
check 'a page of all that' bench report "$TMP/out"
check 'with plots' grep -q '<svg' "$TMP/out/report.html"
check 'the same compares as the same' bench compare "$TMP/out" "$TMP/out"
mkdir "$TMP/none" "$TMP/slower"
/usr/bin/python3 -c 'import json, sys, glob
v = json.load(open(glob.glob(sys.argv[1])[0]))
for t in v["trials"]: t["answered_qps"] /= 20
json.dump(v, open(sys.argv[2], "w"))' "$TMP/out/list-size-*.json" "$TMP/slower/a.json"
bench compare "$TMP/out" "$TMP/slower" >"$TMP/compared"
same 'what is slower is worse, by status' 1 $?
check 'and by verdict' grep -q 'answered_qps .* worse' "$TMP/compared"
check 'nothing to compare is an error' sh -c "! '$B/bin/cordon-bench' compare '$TMP/out' '$TMP/none'"

veth
"$B/bin/cordon" predict --family conficker-c --from 2009-04-01 | head -20000 >"$TMP/names"
cat >"$TMP/conf" <<CONF
control = "$CTL";
listen = [ ];
policies = ( { name = "s"; a = [ "192.0.2.1" ]; } );
feeds = ( { name = "bench"; files = [ "$TMP/names" ]; action = "sinkhole"; policy = "s"; } );
dpdk = { huge-pages = false; file-prefix = "cordon-test-$$"; };
ports = ( { device = "net_af_packet0"; args = "iface=vb"; addresses = [ "198.18.0.2" ]; } );
CONF
responder --in "$NS_B" --config "$TMP/conf" || exit 1
check 'load over af_packet' in_a "$B/bin/cordon-bench" load --device net_af_packet0,iface=va --lcores 0 \
	--list "$TMP/names" --hit-ratio 0.5 --rate 2000 --timeout 5 --verify 1 --label veth --output "$TMP/out"
same 'no answer is wrong' 0 "$(number load-veth trials.0.wrong)"
check 'queries are answered' [ "$(number load-veth trials.0.answered)" -gt 100 ]
responder_stop
