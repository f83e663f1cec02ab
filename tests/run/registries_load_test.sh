#!/bin/sh
# 110 registries, of which 10 % are slow, 10 % dead and 5 % byzantine: the rest hold an update of 50,000
# names within 10 s, in bounded memory, and the hub names who does not.  LOAD=long: 1,500 too.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
here=$(dirname "$0")
ulimit -n "$(ulimit -Hn)"
hub_world

registries() { # N
	/usr/bin/python3 - "$1" "$SECRET" "$TMP" "$today" "$week" <<-'PY'
	import sys
	n, secret, tmp, today, week = int(sys.argv[1]), *sys.argv[2:]
	at = [f'127.1.{i // 250}.{i % 250 + 1}' for i in range(n)]
	with open(f'{tmp}/registries.conf', 'w') as f:
	    f.write('registries = (' + ',\n'.join(
	        f'{{ name = "r{i}"; suffixes = [ "s{i}" ]; feeds = [ "test" ]; '
	        f'addresses = [ "{at[i]}" ]; notify = [ "{at[i]}:5300" ]; }}' for i in range(n)) + ' );\n')
	with open(f'{tmp}/keys.conf', 'w') as f:
	    f.write('keys = (' + ',\n'.join(
	        f'{{ registry = "r{i}"; name = "k{i}."; secret = "{secret}"; }}' for i in range(n)) + ' );\n')
	with open(f'{tmp}/few.csv', 'w') as f:
	    f.writelines(f'first.s{i},{today},{week}\n' for i in range(n))
	with open(f'{tmp}/many.csv', 'w') as f:
	    f.writelines(f'first.s{i},{today},{week}\n' for i in range(n))
	    f.writelines(f'conficker{k}.s{k % n},{today},{week}\n' for k in range(50000))
	PY
	SUFFIXES=$(seq -f 's%.0f' 0 $(($1 - 1)))
}
seen() { /usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$TMP/seen" "$1"; }
at_most() { awk -v got="$1" -v most="$2" 'BEGIN { exit !(got + 0 <= most) }'; }

load() { # N
	registries "$1"
	rm -rf "$HUB" && mkdir "$HUB"
	hub_configure 'public-suffixes = false; change-percent-max = 0;' 'log-level = "warning";'
	sed -i 's/listen = \[/connections = 4096; listen = [/' "$TMP/hub.conf"
	hub_update 1 "$TMP/few.csv" alice bob
	hub_update 2 "$TMP/many.csv" alice bob
	hub_start || exit 1
	timeout 150 /usr/bin/python3 "$here/registries.py" "$1" $xfr_port "$SOCK" "$B/bin/cordon" "$DROP" \
		"$TMP/1.tar" "$TMP/2.tar" "$HUB_PID" >"$TMP/seen" || { cat "$TMP/seen"; tail -5 "$TMP/hub.log"; }
	sed 's/^/# /' "$TMP/seen"
	same "$1 registries: all hold the first update" "$1" "$(seen first_held)"
	same 'the good ones hold 50,000 names' "$(seen good)" "$(seen good_held)"
	check 'within 10 s' at_most "$(seen good_s)" 10
	check 'in less than 300 MB' at_most "$(seen pss_mb)" 300
	same 'who lacks it is named' '[]' "$(seen not_named)"
	same 'and nobody else' '[]' "$(seen wrongly_named)"
	check 'the bad ones among them' at_most "$(seen bad)" "$(seen said)"
	check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
	hub_stop
}
load 110
if [ "${LOAD-}" = long ]; then load 1500; fi
