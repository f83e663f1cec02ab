#!/bin/sh
# A large feed: signing, taking in, and what a change costs as IXFR.  LOAD=long: 1,500,000 names, of
# which 25,000 go and 25,000 others come, then 50,000 and 50,000; otherwise a tenth of it, with a
# tenth of the limits.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
here=$(dirname "$0")
tenth=10
[ "${LOAD-}" = long ] && tenth=100
hub_world
SUFFIXES=$(seq -f 's%.0f' 0 115)
names() { # FROM UNTIL
	/usr/bin/python3 -c 'import hashlib, sys
first, last, today, week = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
for k in range(first, last):
    print(f"{hashlib.md5(str(k).encode()).hexdigest()[:10]}.s{k % 116},{today},{week}")' "$1" "$2" "$today" "$week"
}
names 0 $((15000 * tenth)) >"$TMP/one.csv"
names $((250 * tenth)) $((15250 * tenth)) >"$TMP/two.csv"
names $((750 * tenth)) $((15750 * tenth)) >"$TMP/three.csv"
echo 'registries = ( { name = "mirror"; mirror = true; feeds = [ "test" ]; } );' >"$TMP/registries.conf"
echo "keys = ( { registry = \"mirror\"; name = \"ag.\"; secret = \"$SECRET\"; } );" >"$TMP/keys.conf"
hub_configure 'public-suffixes = false;' ''

now_ms() { date +%s%3N; }
hub_update 1 "$TMP/one.csv" alice bob
before=$(now_ms)
hub_update 2 "$TMP/two.csv" alice bob
signed=$(($(now_ms) - before))
echo "# built and signed by two, one after the other: $signed ms"
check "build and two signatures: less than $((2 * tenth / 10)) s" [ $signed -lt $((200 * tenth)) ]

hub_update 3 "$TMP/three.csv" alice bob
hub_start || exit 1
take() { # SERIAL
	before=$(now_ms)
	cp "$TMP/$1.tar" "$DROP/.$1.tar" && mv "$DROP/.$1.tar" "$DROP/$1.tar"
	for i in $(seq 600); do [ -e "$DROP/$1.tar.verdict" ] && break; sleep 0.1; done
	taken=$(($(now_ms) - before))
	echo "# update $1 taken in: $taken ms"
	same "update $1: accepted" accepted "$(state_of "$DROP/$1.tar.verdict")"
	check "update $1: in less than 15 s for 1,500,000 names" [ $taken -lt $((1000 + 140 * tenth)) ]
}
zones=
for s in $SUFFIXES; do zones="$zones $s.test.hub.example"; done
changed() { # SERIAL BEFORE; NAMES that went and as many that came, of the long form
	# shellcheck disable=SC2086 # words
	/usr/bin/python3 "$here/transfer.py" $xfr_port ag. "$1" $zones >"$TMP/cost"
	read -r size records whole <"$TMP/cost"
	echo "# IXFR of all parts, $2 names went and $2 came: $size bytes, $records records"
	same 'every part as a difference' 0 "$whole"
	check 'with every name that went or came' [ "$records" -ge $(($2 * 2)) ]
	# Signatures and SOAs of 116 parts are the same however many names change.
	check 'all parts together: less than 5 MB of 1,500,000 names' [ "$size" -lt $((110000 + 48900 * tenth)) ]
}
take 1
take 2
changed 1 $((250 * tenth))
take 3
changed 2 $((500 * tenth))
hub_stop
