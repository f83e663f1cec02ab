#!/bin/sh
# Files of a hub are damaged: it ends, names the file and what to do; that being done, everything that
# was accepted is in force again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
command -v sqlite3 >/dev/null || skip 'needs sqlite3'
hub_world
hub_start || exit 1
for n in 1 2 3; do
	hub_update $n "$TMP/names.csv" alice bob
	same "update $n" accepted "$(hub_drop "$TMP/$n.tar")"
done
copied() { [ "$(sqlite3 "file:$HUB/cordond.db.copy?immutable=1" 'SELECT serial FROM feed' 2>/dev/null)" = "$1" ]; }
for i in $(seq 100); do copied 3 && break; sleep 0.1; done
check 'the copy has the last of them' copied 3
kill -9 "$HUB_PID"; wait "$HUB_PID" 2>/dev/null
check 'what was decided is in the WAL' [ "$(wc -c <"$HUB/cordond.db-wal")" -gt 20000 ]
cp -r "$HUB" "$TMP/open"
hub_start && hub_stop
cp -r "$HUB" "$TMP/closed"
hub_update 4 "$TMP/names.csv" alice bob
D=$HUB/cordond.db
size=$(wc -c <"$TMP/closed/cordond.db")
junk() { head -c "$3" /dev/urandom | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }
ends() { timeout 20 "$B/bin/cordond" --config "$TMP/hub.conf" 2>"$TMP/ends.log"; [ $? = 1 ]; }
damage() { # ABOUT STATE COMMAND...
	what=$1 state=$2
	shift 2
	rm -rf "$HUB"
	cp -r "$TMP/$state" "$HUB"
	"$@"
	check "$what: ends" ends
	check "$what: names the file and the copy" grep -q 'cordond.db: .*; take it.*cordond.db.copy' "$TMP/ends.log"
	mkdir "$HUB/aside"
	mv "$D" "$D-wal" "$D-shm" "$HUB/aside/" 2>/dev/null
	cp "$D.copy" "$D"
	hub_start || return
	same "$what: with the copy all is in force again" 3 "$(serial_in_force)"
	same "$what: and served" 3 "$(served ag)"
	check "$what: the audit is whole" "$B/bin/cordon" audit --verify --socket "$SOCK"
	hub_drop "$TMP/2.tar" >/dev/null
	same "$what: an older one changes nothing" 3 "$(serial_in_force)"
	same "$what: a newer one is taken" accepted "$(hub_drop "$TMP/4.tar")"
	hub_stop
}
damage 'its header' closed junk "$D" 0 16
damage 'a page in the middle' closed junk "$D" $((size / 8192 * 4096)) 4096
damage 'the schema' closed junk "$D" 100 1000
damage 'cut to half' closed truncate -s $((size / 2)) "$D"
damage 'emptied' closed truncate -s 0 "$D"
damage 'gone' closed rm "$D"
damage 'a WAL that is damaged at its begin' open junk "$D-wal" 0 64
damage 'a WAL that is damaged in the middle' open junk "$D-wal" $(($(wc -c <"$TMP/open/cordond.db-wal") / 2)) 64
damage 'a WAL that is cut' open truncate -s 10000 "$D-wal"
damage 'a WAL that is gone' open rm "$D-wal"

rm -rf "$HUB"; cp -r "$TMP/closed" "$HUB"
junk "$D.copy" 0 16
hub_start
same 'a damaged copy keeps nobody from starting' 3 "$(serial_in_force)"
for i in $(seq 100); do copied 3 && break; sleep 0.1; done
check 'and is made anew' copied 3
hub_stop
rm -rf "$HUB"; cp -r "$TMP/closed" "$HUB"
zone=$(grep -rlE '^@ SOA [^ ]* [^ ]* 3 ' "$HUB/zones" | head -1)
cp "$zone" "$TMP/kept"
junk "$zone" 100 1
check 'a damaged zone: ends' ends
check 'a damaged zone: names the file and a remedy' grep -q "${zone##*/}.*damaged.*put a copy" "$TMP/ends.log"
cp "$TMP/kept" "$zone"
check 'with a copy of it: starts' hub_start
same 'and serves' 3 "$(served ag)"
check 'TERM ends it' hub_stop
