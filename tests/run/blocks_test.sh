#!/bin/sh
# The operator's own blocks: in force when they are acknowledged, before every list, kept over reload
# and kill -9, with who, when and why.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
port=$((20000 + $$ % 20000))
rcode() { kdig +timeout=2 +retry=0 -p $port @127.0.0.1 "$1" A | sed -n 's/.*status: \([A-Z]*\);.*/\1/p'; }
cordon() { command=$1; shift; "$B/bin/cordon" "$command" --socket "$CTL" "$@"; }
refused() { ! "$@"; }
start() {
	configuration "blocks-file = \"own.csv\"; blocks-policy = \"sinkhole\";"
	sed -i "s/^listen.*/listen = [ \"127.0.0.1:$port\" ];/" "$TMP/responder.conf"
	responder --config "$TMP/responder.conf"
}
start || exit 1
same 'the file is made at the start' 'name,from,until,action,comment' "$(cat "$TMP/own.csv")"

same 'not blocked yet' REFUSED "$(rcode www.evil.example)"
check 'block' cordon block evil.example --reason 'phishing, ticket "4711"' --until +7d
same 'the next query is answered so' NXDOMAIN "$(rcode www.evil.example)"
check 'listed, with who, when and why' sh -c "'$B/bin/cordon' blocks --socket '$CTL' |
	grep -qE 'evil.example +nxdomain +2009-05-23 .*Z $(id -un)\\($(id -u)\\): phishing, ticket \"4711\"'"
check 'lookup shows it' sh -c "'$B/bin/cordon' lookup --socket '$CTL' www.evil.example | grep -q 'ticket \"4711\"'"
check 'with the feed' sh -c "'$B/bin/cordon' lookup --socket '$CTL' www.evil.example |
	grep -q 'decides.*nxdomain by feed operator'"
check 'before a list' cordon block sink.example --action refuse
same 'before a list: what the block says' REFUSED "$(rcode sink.example)"
same 'after an exception' REFUSED "$(rcode pass.sink.example)"
check 'sinkhole needs its policy, and has it' cordon block evil.example --action sinkhole
same 'a second block takes the place of the first' NOERROR "$(rcode evil.example)"
same 'one block a name' 2 "$("$B/bin/cordon" blocks --json --socket "$CTL" | grep -c '"name"')"

check 'a top-level domain is refused' refused cordon block com
check 'a public suffix is refused' refused cordon block co.uk
check 'unless it is forced' cordon block co.uk --force
same 'and then in force' NXDOMAIN "$(rcode some.co.uk)"
check 'unblock' cordon unblock co.uk
same 'the next query is answered so too' REFUSED "$(rcode some.co.uk)"
check 'unblock of what is not blocked is refused' refused cordon unblock co.uk
check 'a day that is over is refused' refused cordon block old.example --until 2009-05-15
check 'an unknown action is refused' refused cordon block x.example --action explode
check 'no name' refused cordon block a..b
check 'too deep a name is refused' refused cordon block a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p
check 'too long a reason is refused' refused cordon block x.example --reason "$(printf '%200s' '' | tr ' ' x)"

check 'reload' cordon reload
same 'kept over a reload' NOERROR "$(rcode evil.example)"
kill -9 "$RESPONDER"; wait "$RESPONDER" 2>/dev/null
rm -f "$TMP"/own.csv.??????; : >"$TMP/own.csv.half12"
start || exit 1
same 'kept over kill -9' NOERROR "$(rcode evil.example)"
same 'and the other one' REFUSED "$(rcode sink.example)"

# Blocks beside reloads: whichever came first, an acknowledged block holds.
"$B/bin/cordon" predict --family conficker-c --from 2009-05-15 --days 4 >"$TMP/big.txt"
sed -i "s|files = \[ \"$TMP/list.csv\" \]|files = [ \"$TMP/list.csv\", \"$TMP/big.txt\" ]|" "$TMP/responder.conf"
n=0
: >"$TMP/lost"
while [ $n -lt 60 ]; do
	[ $((n % 6)) = 0 ] && { cordon reload >/dev/null & PIDS="$PIDS $!"; reload=$!; }
	cordon block "beside$n.example" >/dev/null || echo "$n block" >>"$TMP/lost"
	[ "$(rcode "beside$n.example")" = NXDOMAIN ] || echo "$n" >>"$TMP/lost"
	[ $((n % 2)) = 0 ] && cordon unblock "beside$n.example" >/dev/null
	[ $((n % 6)) = 5 ] && wait $reload
	n=$((n + 1))
done
for i in $(seq 0 59); do
	want=NXDOMAIN; [ $((i % 2)) = 0 ] && want=REFUSED
	[ "$(rcode "beside$i.example")" = $want ] || echo "$i after" >>"$TMP/lost"
done
same 'blocks beside reloads: none lost, none come back' '' "$(cat "$TMP/lost")"

echo 'hand.example,,,nodata,by hand' >>"$TMP/own.csv"
check 'a block keeps what was edited by hand' cordon block more.example
check 'which is still in the file' grep -q '^hand.example,,,nodata,"by hand"$' "$TMP/own.csv"
check 'reload' cordon reload
same 'and is in force after a reload' NOERROR "$(rcode hand.example)"
cp "$TMP/own.csv" "$TMP/good.csv"
echo 'bad..name,,,,' >>"$TMP/own.csv"
check 'a file with a mistake: block is refused' refused cordon block third.example
check 'and so is the reload' refused cordon reload
same 'the blocks before stay' NXDOMAIN "$(rcode more.example)"
rm "$TMP/own.csv"
check 'a file that went missing: the reload is refused' refused cordon reload
cp "$TMP/good.csv" "$TMP/own.csv"
check 'TERM ends it' responder_stop

configuration ''
sed -i "s/^listen.*/listen = [ \"127.0.0.1:$port\" ];/" "$TMP/responder.conf"
responder --config "$TMP/responder.conf" || exit 1
check 'without blocks-file there are no blocks' refused cordon block evil.example
check 'TERM ends it' responder_stop
