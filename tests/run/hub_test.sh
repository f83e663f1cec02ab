#!/bin/sh
# A hub takes in what two publishers signed, and nothing else; a full disk, one that cannot be written
# and damaged files are named, and nothing is lost.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
hub_world
check 'the configuration is right' "$B/bin/cordond" --check-config --config "$TMP/hub.conf"
hub_start || exit 1

hub_update 1 "$TMP/names.csv" alice
same 'one signature of two: waits' waiting "$(hub_drop "$TMP/1.tar")"
same 'and says for what' signature-few "$(codes 1.tar)"
same 'nothing is in force' None "$(serial_in_force)"
same 'nothing is served' '' "$(served ag)"
hub_update 1 "$TMP/names.csv" alice bob
same 'two signatures: accepted' accepted "$(hub_drop "$TMP/1.tar")"
same 'in force' 1 "$(serial_in_force)"
same 'served to its registry' 1 "$(served ag)"
same 'not to another' '' "$(served bo)"
cp "$TMP/1.tar" "$TMP/again.tar"
same 'the same bytes once more: accepted already' accepted "$(hub_drop "$TMP/again.tar")"
kdig +tcp -p $xfr_port @127.0.0.1 -y hmac-sha256:ag.:$SECRET ag.test.hub.example AXFR >"$TMP/axfr"
same 'all its names by transfer' 40 "$(grep -c '"why=\|TXT.*/' "$TMP/axfr")"
for f in "$HUB"/zones/*/*.zone; do
	check "stored part verifies elsewhere" ldns-verify-zone -Z "$f"
done
check 'the receipt is known' sh -c "'$B/bin/cordon' status --registries --socket '$SOCK' | grep -q '1 of 2 registries'"
check 'who lags is named, with whom to call' sh -c \
	"'$B/bin/cordon' status --registries --socket '$SOCK' | grep -q 'call 1: operations noc@registry-bo.example'"

refused() { # ABOUT CODES FILE
	same "$1: refused" refused "$(hub_drop "$3")"
	same "$1: why" "$2" "$(codes "${3##*/}")"
	same "$1: what is in force stays" 1 "$(serial_in_force)"
}
hub_update 2 "$TMP/names.csv" alice mallory
refused 'an unknown key for the second' 'key-unknown signature-few' "$TMP/2.tar"
hub_update 2 "$TMP/names.csv" mallory
refused 'only an unknown key' 'key-unknown signature-none' "$TMP/2.tar"
head -c 9000 "$TMP/1.tar" >"$TMP/cut.tar"
same 'a cut archive: refused' refused "$(hub_drop "$TMP/cut.tar")"
head -c 300000 /dev/urandom >"$TMP/junk.tar"
refused 'junk' archive "$TMP/junk.tar"
: >"$TMP/empty.tar"
same 'nothing at all: refused' refused "$(hub_drop "$TMP/empty.tar")"
hub_update 4294967000 "$TMP/names.csv" alice bob
refused 'a serial far off' serial-gap "$TMP/4294967000.tar"
hub_update 2147483649 "$TMP/names.csv" alice bob
refused 'a serial without an order' serial-gap "$TMP/2147483649.tar"
hub_update 1 "$TMP/names.csv" alice bob
refused 'the serial in force with other bytes' serial-same "$TMP/1.tar"
records() { "$B/bin/cordon" audit --count 100000 --socket "$SOCK" | grep -c "$1"; }
n=$(records .)
refused 'the same bytes refused again' serial-same "$TMP/1.tar"
same 'are not in the audit again' "$n" "$(records .)"
hub_update 1 "$TMP/names.csv" alice bob
refused 'other bytes' serial-same "$TMP/1.tar"
same 'are' $((n + 1)) "$(records .)"
touch -d '91 days ago' "$DROP/cut.tar.verdict"
: >"$HUB/spool/alice.test.9" && touch -d '8 days ago' "$HUB/spool/alice.test.9"
: >"$HUB/spool/alice.test.10"
head -c 1000000000 /dev/zero | gzip -1 >"$TMP/bomb.tar"
same 'a compression bomb: refused' refused "$(hub_drop "$TMP/bomb.tar")"
mkfifo "$DROP/fifo"; sleep 1.5; rm "$DROP/fifo"
same 'a FIFO in the folder keeps nobody waiting' 1 "$(serial_in_force)"

hub_stop
hub_configure 'names-max = 100; window-max = 5; protect = [ "name7.ag" ]; suffixes = [ "ag", "bo" ];' \
	''
hub_start || exit 1
for i in $(seq 50); do [ -e "$HUB/spool/alice.test.9" ] || break; sleep 0.1; done
check 'an old verdict is swept, a new one is not' [ ! -e "$DROP/cut.tar.verdict" -a -e "$DROP/1.tar.verdict" ]
same 'and an old upload' alice.test.10 "$(ls "$HUB/spool")"
hub_update 3 "$TMP/names.csv" alice bob
same 'guards: refused' refused "$(hub_drop "$TMP/3.tar")"
same 'guards: every reason' 'guard-suffix guard-window guard-names guard-protected' "$(codes 3.tar)"
hub_stop
hub_configure 'window-max = 5;'
sed -i 's/ threshold = 2;/ threshold = 1;/' "$TMP/hub.conf"
hub_start || exit 1
SIGN_OPTIONS='--override window'
hub_update 3 "$TMP/names.csv" alice
same 'a guard overridden by too few: refused' refused "$(hub_drop "$TMP/3.tar")"
same 'by that guard' guard-window "$(codes 3.tar)"
SIGN_OPTIONS='--override names'
hub_update 3 "$TMP/names.csv" alice bob
same 'another guard overridden by enough: refused' refused "$(hub_drop "$TMP/3.tar")"
SIGN_OPTIONS='--override window --override names'
hub_update 3 "$TMP/names.csv" alice bob
SIGN_OPTIONS=
same 'the guard overridden by enough: accepted' accepted "$(hub_drop "$TMP/3.tar")"
check 'the verdict says what was overridden' grep -q '"window"' "$DROP/3.tar.verdict"
hub_stop
hub_configure ''
hub_start || exit 1
awk -F, '$1 !~ /^name[1-9]\./' "$TMP/names.csv" >"$TMP/fewer.csv"
hub_update 4 "$TMP/fewer.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/4.tar")"
same 'its serial' 4 "$(served ag)"
check 'rollback' "$B/bin/cordon" rollback test 1 --serial 5 --output "$TMP/back" --socket "$SOCK"
"$B/bin/cordon" sign "$TMP/back" --key "$TMP/keys/alice.private" --output "$TMP/b1.tar" 2>/dev/null
"$B/bin/cordon" sign "$TMP/b1.tar" --key "$TMP/keys/bob.private" --output "$TMP/5.tar" 2>/dev/null
same 'rollback: accepted under a new serial' accepted "$(hub_drop "$TMP/5.tar")"
same 'rollback: the names of then' 40 "$(kdig +tcp -p $xfr_port @127.0.0.1 \
	-y hmac-sha256:ag.:$SECRET ag.test.hub.example AXFR | grep -c 'TXT.*/')"
check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
check 'TERM ends it' hub_stop

# A copy of this state is where every fault begins.
cp -r "$HUB" "$TMP/before"
fresh() { rm -rf "$HUB"; cp -r "$TMP/before" "$HUB"; }
hub_update 6 "$TMP/fewer.csv" alice bob
cp "$TMP/6.tar" "$TMP/six.tar"
ends_badly() { timeout 20 "$B/bin/cordond" --config "$TMP/hub.conf" 2>"$1"; [ $? = 1 ]; }
fresh
mkdir "$TMP/small"
if mount -t tmpfs -o size=2m tmpfs "$TMP/small" 2>/dev/null; then
	cp -r "$HUB/." "$TMP/small/" && rm -rf "$HUB" && ln -s "$TMP/small" "$HUB"
	hub_start || exit 1
	cp "$TMP/six.tar" "$DROP/.six.tar"
	head -c 10000000 /dev/zero >"$TMP/small/filler" 2>/dev/null
	mv "$DROP/.six.tar" "$DROP/six.tar"
	for i in $(seq 50); do grep -q 'update-failed' "$TMP/hub.log" && break; sleep 0.1; done
	check 'disk full: the log says what failed' grep -q 'No space left' "$TMP/hub.log"
	same 'disk full: what is in force stays' 5 "$(serial_in_force)"
	same 'disk full: and is served' 5 "$(served ag)"
	rm "$TMP/small/filler"
	for i in $(seq 250); do [ -e "$DROP/six.tar" ] || break; sleep 0.1; done
	same 'with space again: taken in without a restart' 6 "$(serial_in_force)"
	hub_stop
	mount -o remount,ro "$TMP/small"
	check 'read-only: says so and ends' ends_badly $TMP/ro.log
	check 'read-only: clear' grep -q 'Read-only' "$TMP/ro.log"
	umount "$TMP/small"
	rm "$HUB"
fi
