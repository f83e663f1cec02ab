#!/bin/sh
# New lists under load: no query is lost, a bad list changes nothing and says why.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
port=$((20000 + $$ % 20000))
ask() { kdig +short +timeout=2 +retry=0 -p $port @127.0.0.1 "$1" A | head -1; }
reload() { "$B/bin/cordon" reload --socket "$CTL"; }
configuration ''
sed -i "s/^listen.*/listen = [ \"127.0.0.1:$port\" ];/" "$TMP/responder.conf"
responder --config "$TMP/responder.conf" || exit 1

same 'a listed name' 192.0.2.1 "$(ask sink.example)"
echo 'late.example,,,,' >>"$TMP/list.csv"
same 'not before the reload' '' "$(ask late.example)"
check 'reload' reload
same 'after the reload' 192.0.2.1 "$(ask late.example)"

# What stands in the file, what the error must name.
cp "$TMP/list.csv" "$TMP/good.csv"
lines=$(wc -l <"$TMP/good.csv")
bad() { # ABOUT WANT: the list is bad now
	if reload >"$TMP/reload.out" 2>&1; then
		not_ok "$1: refused"
	else
		ok "$1: refused"
	fi
	same "$1: said once, where and why" 1 "$(grep -cE "list.csv:$2" "$TMP/reload.out")"
	same "$1: the list before is in service" 192.0.2.1 "$(ask late.example)"
	cp "$TMP/good.csv" "$TMP/list.csv"
}
n=$((lines + 1))
echo 'bad..name,,,,' >>"$TMP/list.csv"; bad 'an empty label' "$n:1:"
echo "$(printf '%64s' '' | tr ' ' x).example,,,," >>"$TMP/list.csv"; bad 'a label of 64' "$n:1:"
echo 'a.example,2009-02-30,,,' >>"$TMP/list.csv"; bad 'no such day' "$n:11:"
echo 'a.example,2009-05-02,2009-05-01,,' >>"$TMP/list.csv"; bad 'a window that ends before it begins' "$n:"
echo 'a.example,,,explode,' >>"$TMP/list.csv"; bad 'an unknown action' "$n:13:"
echo 'a.example,"' >>"$TMP/list.csv"; bad 'a quote without end' "$n:"
head -c 3000 /dev/urandom | tr -d '\n' >>"$TMP/list.csv"; bad 'binary junk' "$n:"
{ head -c 10000000 /dev/zero | tr '\0' x; echo; } >>"$TMP/list.csv"; bad 'a line of 10 MB' "$n:"
: >"$TMP/list.csv.empty"; rm "$TMP/list.csv"; bad 'a file that is gone' ''
"$B/bin/cordon" build --feed test --output "$TMP/test.zone" "$TMP/good.csv" 2>"$TMP/build.err"
head -c "$(($(wc -c <"$TMP/test.zone") - 30))" "$TMP/test.zone" >"$TMP/list.csv"; bad 'a zone whose end is missing' ''
check 'the good list again' reload

# Reloads as fast as they go, beside questions at a steady rate.
for i in $(seq 400); do echo "sink.example A"; echo "late.example AAAA"; echo "other.example A"; done >"$TMP/queries"
dnsperf -s 127.0.0.1 -p $port -d "$TMP/queries" -Q 4000 -l 8 -c 4 >"$TMP/dnsperf" 2>&1 &
load=$!
PIDS="$PIDS $load"
reloads=0
while kill -0 $load 2>/dev/null; do
	reload >/dev/null 2>&1 && reloads=$((reloads + 1))
done
wait $load
same 'no query lost' 0 "$(sed -n 's/.*Queries lost: *\([0-9]*\).*/\1/p' "$TMP/dnsperf")"
check "$reloads reloads meanwhile" [ $reloads -gt 20 ]
check 'every answer was right' grep -qE 'NOERROR [0-9]+ \(66|REFUSED [0-9]+ \(33' "$TMP/dnsperf"
check 'HUP reloads too' kill -HUP "$RESPONDER"
check 'TERM ends it' responder_stop
