#!/bin/sh
# What an update would change, by registry, over HTTPS and over the control socket; nothing does.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
hub_world
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$TMP/localhost.key" -out "$TMP/localhost.pem" 2>/dev/null
printf 'a token of alice' >"$TMP/alice.token"
hub_configure 'protect = [ "kept.ag" ]; change-percent-max = 0;' "https = { listen = [ \"127.0.0.1:$https_port\" ]; certificate = \"localhost.pem\"; key = \"localhost.key\"; };
	publishers = ( { name = \"alice\"; feeds = [ \"test\" ]; tokens = [ \"$(sha256sum "$TMP/alice.token" | cut -d' ' -f1)\" ]; } );"
hub_start || exit 1
submit() { "$B/bin/cordon" submit --tries 1 --hub "https://localhost:$https_port" --feed test \
	--ca "$TMP/localhost.pem" --token "$TMP/alice.token" "$@" >"$TMP/out" 2>"$TMP/err"; echo $?; }
try() { "$B/bin/cordon" submit --dry-run --socket "$SOCK" --feed test "$@" >"$TMP/out" 2>"$TMP/err"; echo $?; }
audits() { "$B/bin/cordon" audit --socket "$SOCK" | grep -cE " $1 "; }
# Everything that there is of the state but the audit.
state_now() {
	(cd "$HUB" && find zones spool drop -type f | sort | xargs -r sha256sum; sha256sum book.json
	/usr/bin/python3 -c 'import sqlite3, sys
d = sqlite3.connect(sys.argv[1])
for t in ("feed", "updates", "zone", "zone_version", "keys", "catalog"): print(t, d.execute(f"SELECT * FROM {t}").fetchall())' "$HUB/cordond.db")
}
hub_update 1 "$TMP/names.csv" alice bob
same 'a dry run of a first update' 0 "$(submit --serial 1 --dry-run "$TMP/1.tar")"
same 'its totals' 'in all: 120 added, 0 removed, 0 changed; this was a dry run, nothing has changed' "$(tail -1 "$TMP/out")"
same 'nothing is in force' None "$(serial_in_force)"
same 'in earnest' 0 "$(submit --serial 1 "$TMP/1.tar")"
before=$(state_now)

# Two names go, three come, one gets a longer window; all of them below ag and bo.
later=$(date -u -d '+9 days' +%F)
sed "/^name[12]\.ag,/d; s/^name3\.bo,\(.*\),.*/name3.bo,\1,$later/" "$TMP/names.csv" >"$TMP/next.csv"
printf 'new1.ag,%s,%s\nnew2.bo,%s,%s\nnew3.bo,%s,%s\n' "$today" "$week" "$today" "$week" "$today" "$week" >>"$TMP/next.csv"
hub_update 2 "$TMP/next.csv" alice bob
same 'the next, over HTTPS' 0 "$(submit --serial 2 --dry-run "$TMP/2.tar")"
cp "$TMP/out" "$TMP/https.out"
cat >"$TMP/want" <<-'OUT'
	accepted
	ag-registry: 1 added, 2 removed, 0 changed
	    ag: 1 added, 2 removed, 0 changed
	        + new1.ag
	        - name1.ag
	        - name2.ag
	bo-registry: 2 added, 0 removed, 1 changed
	    bo: 2 added, 0 removed, 1 changed
	        + new2.bo
	        + new3.bo
	        ~ name3.bo
	in all: 3 added, 2 removed, 1 changed; this was a dry run, nothing has changed
OUT
same 'says what each registry would get' '' "$(diff "$TMP/want" "$TMP/out")"
same 'over the control socket' 0 "$(try "$TMP/2.tar")"
same 'the same' '' "$(diff "$TMP/https.out" "$TMP/out")"
same 'as JSON' 0 "$(try --json "$TMP/2.tar")"
same 'with the same numbers' '3 2 1 True' "$(/usr/bin/python3 -c 'import json, sys
v = json.load(open(sys.argv[1])); t = v["total"]; print(t["added"], t["removed"], t["changed"], v["dry_run"])' "$TMP/out")"
same 'with curl' 200 "$(curl -s -o "$TMP/body" -w '%{http_code}' --cacert "$TMP/localhost.pem" \
	-H "Authorization: Bearer $(cat "$TMP/alice.token")" -T "$TMP/2.tar" \
	"https://localhost:$https_port/v1/feeds/test/updates/2?dry-run")"
check 'the registries are in the answer' grep -q '"bo-registry"' "$TMP/body"
same 'a question is no dry run' 405 "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$TMP/localhost.pem" \
	-H "Authorization: Bearer $(cat "$TMP/alice.token")" "https://localhost:$https_port/v1/feeds/test/updates/2?dry-run")"

hub_update 2 "$TMP/next.csv" alice
same 'one signature too few: would wait' 3 "$(try "$TMP/2.tar")"
check 'and says for how many, and what it would change' sh -c "grep -q 'waiting: 1 more' '$TMP/out' && grep -q 'in all: 3 added' '$TMP/out'"
hub_update 2 "$TMP/next.csv" alice mallory
same 'a stranger: would be refused' 1 "$(try "$TMP/2.tar")"
check 'with the reason' grep -q key-unknown "$TMP/out"
{ cat "$TMP/next.csv"; echo "kept.ag,$today,$week"; } >"$TMP/kept.csv"
hub_update 2 "$TMP/kept.csv" alice bob
same 'a guard: would be refused' 1 "$(try "$TMP/2.tar")"
check 'with its name, and the difference' sh -c "grep -q 'guard-protected' '$TMP/out' && grep -q '+ kept.ag' '$TMP/out'"
same 'the update in force: accepted already' 0 "$(try "$TMP/1.tar")"
SUFFIXES='ag bo'
grep -v '\.tw,' "$TMP/names.csv" >"$TMP/less.csv"
hub_update 2 "$TMP/less.csv" alice bob
same 'a part that goes away' 0 "$(try "$TMP/2.tar")"
check 'nobody had it' sh -c "grep -q 'nobody receives these' '$TMP/out' && grep -q 'tw: 0 added, 40 removed' '$TMP/out'"
same 'no such file' 4 "$(try "$TMP/none.tar")"
same 'a folder' 4 "$(try "$TMP")"
same 'another feed' 4 "$("$B/bin/cordon" submit --dry-run --socket "$SOCK" --feed none "$TMP/1.tar" >/dev/null 2>&1; echo $?)"

same 'nothing of the state has changed' "$before" "$(state_now)"
same 'what is served is the first update' 1 "$(served ag)"
check 'but the audit has every dry run' [ "$(audits 'dry-run-(accepted|waiting|refused)')" = 10 ]
SUFFIXES='ag bo tw'
hub_update 2 "$TMP/next.csv" alice bob
same 'in earnest it is taken in' 0 "$(submit --serial 2 "$TMP/2.tar")"
same 'and in force' 2 "$(serial_in_force)"

# Many names: the first are shown, all are counted.
for s in ag bo tw; do seq 4000 | sed "s/.*/many&.$s,$today,$week/"; done >"$TMP/many.csv"
hub_update 3 "$TMP/many.csv" alice bob
same 'a large one' 0 "$(submit --serial 3 --dry-run "$TMP/3.tar")"
check 'is cut in names' grep -q '+ ... and 3980 more' "$TMP/out"
check 'and whole in numbers' grep -q '^in all: 12000 added, 121 removed' "$TMP/out"
check 'the audit is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
