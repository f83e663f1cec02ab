#!/bin/sh
# DNS cookies as dig and kdig use them; two responders that share their secrets; a change of secret
# by command while both are up.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lists.sh"
need_root
ip netns add "$NS_B" && ip -n "$NS_B" link set lo up || exit 1
in_b() { ip netns exec "$NS_B" "$@"; }
one() { "$B/bin/cordon" cookie-secret --socket "$CTL" "$@"; }
two() { "$B/bin/cordon" cookie-secret --socket "$TMP/two.sock" "$@"; }
dig1() { in_b dig +tries=1 +time=2 -p 5300 @127.0.0.1 "$@"; }
dig2() { in_b dig +tries=1 +time=2 -p 5301 @127.0.0.1 "$@"; }
cookie() { sed -n 's/^; COOKIE: \([0-9a-f]*\) (\(good\|bad\|echoed\))$/\1/p'; }
# Whether the answer gives back what it was sent, unrenewed.
accepts() { [ "$($1 +badcookie +cookie="$2" sink.example A | cookie)" = "$2" ]; }
restart() { # MODE
	configuration "cookies = { mode = \"$1\"; secret-file = \"one.secret\"; };"
	[ -z "${RESPONDER:-}" ] || responder_stop
	responder --in "$NS_B" --config "$TMP/responder.conf" || exit 1
}

A=e5e973e5a6b2a43f48e7dc849e37bfcf N=445536bcd2513298075a5d379663c962
echo "$A" >"$TMP/one.secret" && cp "$TMP/one.secret" "$TMP/two.secret"
restart on
sed "s|$CTL|$TMP/two.sock|; s/:5300/:5301/g; s/one.secret/two.secret/" "$TMP/responder.conf" >"$TMP/two.conf"
in_b "$B/bin/cordon-responder" --config "$TMP/two.conf" >"$TMP/two.log" 2>&1 &
PIDS="$PIDS $!"
for i in $(seq 100); do two show >/dev/null 2>&1 && break; sleep 0.1; done

check 'dig finds its cookie good' sh -c "ip netns exec $NS_B dig +tries=1 -p 5300 @127.0.0.1 +cookie sink.example A |
	grep -q '^; COOKIE: [0-9a-f]* (good)'"
got=$(dig1 +cookie=2464c4abcf10c957 sink.example A | cookie)
same 'a cookie of version 1' 48 "${#got}"
same 'for the client cookie that was sent' 2464c4abcf10c95701000000 "$(echo "$got" | cut -c1-24)"
check 'it comes back' accepts dig1 "$got"
check 'the other responder takes it' accepts dig2 "$got"
in_b dig +tries=1 -p 5300 @::1 +cookie="$got" sink.example A >"$TMP/v6"
check 'over IPv6 another comes' [ "$(cookie <"$TMP/v6")" != "$got" ]
check 'kdig' sh -c "ip netns exec $NS_B kdig +cookie -p 5300 @127.0.0.1 sink.example A | grep -q 192.0.2.1"
same 'malformed: FORMERR' FORMERR "$(dig1 +nocookie +ednsopt=10:01020304050607 sink.example A |
	sed -n 's/.*status: \([A-Z]*\),.*/\1/p')"

check 'a new secret, on standard input' sh -c "echo $N | $B/bin/cordon cookie-secret --socket $CTL add -"
check 'and on the other' two add "$N"
same 'the file has both' "$A $N" "$(tr '\n' ' ' <"$TMP/one.secret" | sed 's/ $//')"
check 'old cookies are good' accepts dig1 "$got"
check 'activate on one' one activate
check 'the old secret is good there' sh -c "ip netns exec $NS_B dig -p 5300 @127.0.0.1 +cookie=$got sink.example A |
	grep -q '(good)'"
new=$(dig1 +cookie="$got" sink.example A | cookie)
check 'a cookie of the new secret' [ "$new" != "$got" ]
in_b dig +tries=1 -p 5301 @127.0.0.1 +cookie="$new" sink.example A >"$TMP/other"
check 'the other takes the new one, and renews it' grep -q '(good)' "$TMP/other"
check 'activate on the other' two activate
check 'now it gives it back' accepts dig2 "$new"
check 'drop' one drop
check 'old ones are bad now' sh -c "[ '$(dig1 +cookie="$got" sink.example A | cookie)' != '$got' ]"
same 'a drop too many' 1 "$(one drop >/dev/null 2>&1; echo $?)"
same 'a wrong secret' 1 "$(one add 1234 >/dev/null 2>&1; echo $?)"
same 'the file has the new one' "$N" "$(cat "$TMP/one.secret")"
echo "$A" >"$TMP/one.secret"
check 'a reload reads the file' "$B/bin/cordon" reload --socket "$CTL"
same 'and uses it' "active   $A" "$(one show | head -1)"
echo nonsense >"$TMP/one.secret"
check 'a broken file is refused' sh -c "! '$B/bin/cordon' reload --socket '$CTL' 2>/dev/null"
same 'and the secrets stay' "active   $A" "$(one show | head -1)"

echo "$A" >"$TMP/one.secret"
restart require
same 'required: BADCOOKIE, then an answer' '192.0.2.1
192.0.2.2' "$(dig1 +short +cookie sink.example A)"
same 'required: RCODE 23' BADCOOKIE "$(dig1 +cookie +nobadcookie sink.example A |
	sed -n 's/.*status: \([A-Z0-9]*\),.*/\1/p')"
same 'counted' 2 "$(counter .counters.way.badcookie)"
same 'required: without one, TC and TCP' '192.0.2.1
192.0.2.2' "$(dig1 +short +nocookie sink.example A)"
same 'counted as well' 1 "$(counter .counters.way.no-cookie)"
same 'required: kdig over TCP' '192.0.2.1
192.0.2.2' "$(in_b kdig +tcp +short -p 5300 @127.0.0.1 sink.example A)"
restart off
check 'off: no cookie' sh -c "! ip netns exec $NS_B dig -p 5300 @127.0.0.1 +cookie sink.example A | grep -q '(good)'"
