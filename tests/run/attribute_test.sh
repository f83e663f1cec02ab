#!/bin/sh
# Answers out of a pool of addresses, and `cordon attribute`, which knows the same without the responder.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
command -v kdig >/dev/null || skip 'needs kdig'
port=$((20000 + $$ % 10000))
key=00112233445566778899aabbccddeeff
echo $key >"$TMP/key"
printf 'sink.example\nother.example\n' >"$TMP/names"
conf() { # TTL AT
	cat >"$TMP/responder.conf" <<-END
		control = "$CTL"; now = "$2"; listen = [ "127.0.0.1:$port" ];
		policies = ( { name = "default"; ttl = $1; pool-a = "198.51.100.0/24"; pool-aaaa = "2001:db8:1::/64";
			pool-key = "$key"; pool-slot = 3600; } );
		feeds = ( { name = "names"; files = [ "names" ]; action = "sinkhole"; } );
	END
}
attribute() { "$B/bin/cordon" attribute --key-file "$TMP/key" "$@"; }
ask() { kdig +short +timeout=2 -p $port @127.0.0.1 "$@"; }
told() { attribute --pool "$1" --at "$2" "$3" | cut -d' ' -f2; }

conf 300 2026-11-21
responder --config "$TMP/responder.conf" || exit 1
for name in sink.example www.sink.example other.example; do
	same "A of $name" "$(told 198.51.100.0/24 2026-11-21T00:00:00Z $name)" "$(ask $name A)"
	same "AAAA of $name" "$(told 2001:db8:1::/64 2026-11-21T00:59:59Z $name)" "$(ask $name AAAA)"
done
same 'case does not matter' "$(ask sink.example A)" "$(ask SINK.Example A)"
same 'ANY is one of them' "$(ask sink.example A)" "$(ask sink.example ANY)"
same 'TCP too' "$(ask sink.example A)" "$(ask +tcp sink.example A)"
address=$(ask sink.example AAAA)
find_back() { attribute --pool 2001:db8:1::/64 --list "$TMP/names" --address "$address" "$@" | cut -d' ' -f1; }
same 'and back' sink.example "$(find_back --at 2026-11-21T00:30:00Z)"
same 'as long as the TTL reaches into the next slot' sink.example "$(find_back --at 2026-11-21T01:04:59Z)"
same 'and no longer' '' "$(find_back --at 2026-11-21T01:05:01Z)"
same 'another TTL' sink.example "$(find_back --ttl 3600 --at 2026-11-21T01:30:00Z)"
attribute --pool 2001:db8:1::/64 --list "$TMP/names" --address 2001:db8:1::1 --at 2026-11-21T00:00:00Z
same 'an address that nobody had: 1' 1 $?
attribute --pool 198.51.100.0/24 --at yesterday sink.example 2>/dev/null
same 'usage: 2' 2 $?

conf 300 2026-11-22
check 'another day' "$B/bin/cordon" reload --socket "$CTL"
same 'its address' "$(told 2001:db8:1::/64 1795305600 sink.example)" "$(ask sink.example AAAA)"
check 'which is not that of the day before' test "$(ask sink.example AAAA)" != "$address"
conf 3601 2026-11-22
"$B/bin/cordon-responder" --check-config --config "$TMP/responder.conf" >"$TMP/out" 2>&1
check 'a TTL longer than the slot is refused, with its line' grep -q 'responder.conf:2: .*ttl is over pool-slot' "$TMP/out"
check 'TERM ends it' responder_stop
