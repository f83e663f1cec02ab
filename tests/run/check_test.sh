#!/bin/sh
# cordon check and cordon identify as their users call them.  The four sites of 2009 are real:
# they were on Conficker.B's list of March while others had them in use.
. "$(dirname "$0")/lib.sh"

cordon() { "$B/bin/cordon" "$@"; }
predict() { cordon predict --format csv "$@"; }
refused() { # ABOUT TEXT ARGUMENTS...: status 2, nothing on standard output, TEXT in what it says
	about=$1 text=$2; shift 2
	out=$(cordon "$@" 2>"$TMP/err"); rc=$?
	same "$about: status" 2 "$rc"
	same "$about: no output" '' "$out"
	check "$about: $text" grep -qF -- "$text" "$TMP/err"
}
json() { python3 -c 'import json, sys; v = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$@"; }
found() { # FILE KIND: names found, in one line
	json "$1" "' '.join(sorted(i['name'] for f in v['findings'] if f['kind'] == '$2' for i in f['items']))"
}

printf 'rank,domain\n1,google.com\n2,wnsux.com\n3,jogli.com\n4,praat.org\n' >"$TMP/ranks.csv"
echo www.qhflh.com >"$TMP/names"
printf '$ORIGIN com.\n$TTL 900\n@ SOA a. b. 1 2 3 4 5\nWNSUX NS ns1.example.\n' >"$TMP/zone"
for day in 08 13 18 31; do
	predict --family conficker-b --from 2009-03-$day >"$TMP/$day.csv"
done
sed -s '2,$ { /^name,/d }' "$TMP"/??.csv | awk 'NR == 1 || !/^name,/' >"$TMP/list.csv"

cordon check "$TMP/list.csv" --allow "$TMP/ranks.csv" --allow "$TMP/names" >"$TMP/out" 2>"$TMP/err"
same 'four real sites: status' 1 $?
check 'nothing is said on standard error' [ ! -s "$TMP/err" ]
for site in wnsux.com jogli.com qhflh.com praat.org; do
	check "$site is found" grep -qE "^ +$site  (www.)?$site  " "$TMP/out"
done
cordon check --json "$TMP/list.csv" -a "$TMP/ranks.csv" -a "$TMP/names" >"$TMP/json"
same 'the same as JSON: status' 1 $?
same 'the same as JSON' 'jogli.com praat.org qhflh.com wnsux.com' "$(found "$TMP/json" covers-allowed)"
same 'entries' 1000 "$(json "$TMP/json" "v['entries']")"
same 'no other high finding' '["covers-allowed"]' \
	"$(json "$TMP/json" "json.dumps([f['kind'] for f in v['findings'] if f['severity'] == 'high'])")"
cordon check --json - -a "$TMP/ranks.csv" -a "$TMP/names" <"$TMP/list.csv" |
	sed 's|"list": "-"|"list": "'"$TMP"'/list.csv"|' >"$TMP/piped"
check 'from standard input: the same' cmp "$TMP/json" "$TMP/piped"
cordon check --json --limit 1 "$TMP/list.csv" -a "$TMP/ranks.csv" >"$TMP/one"
same '--limit keeps one' wnsux.com "$(found "$TMP/one" covers-allowed)"
same '--limit counts all' 3 "$(json "$TMP/one" "v['findings'][0]['total']")"

cordon check "$TMP/08.csv" >"$TMP/out"
same 'nothing high: status' 0 $?
cordon check "$TMP/08.csv" --fail-on low >"$TMP/out"
same '--fail-on low: status' 1 $?
cordon check "$TMP/13.csv" --registered "$TMP/zone" --json >"$TMP/registered"
same 'registered is low: status' 0 $?
same 'registered, by a zone file' wnsux.com "$(found "$TMP/registered" registered)"
printf 'com,1\ncn,1\nnet,1\norg,1\n' >"$TMP/population"
cordon check "$TMP/08.csv" --population "$TMP/population" --fail-on low >"$TMP/out"
same 'nothing is short where nobody is: status' 0 $?
printf 'name,from,until,action,comment\ncom,,,,\nx.wnsux.com,,,,\n' >"$TMP/bad.csv"
cordon check --json "$TMP/bad.csv" --allow "$TMP/ranks.csv" >"$TMP/json"
same 'a public suffix: status' 1 $?
same 'a public suffix' com "$(found "$TMP/json" public-suffix)"
same 'below an allowed name' x.wnsux.com "$(found "$TMP/json" below-allowed)"
(predict --family conficker-a --from 2009-01-01 --days 9
	for i in $(seq 300); do echo "many$i.org,2009-01-04,2009-01-05,,"; done) >"$TMP/many.csv"
cordon check --json "$TMP/many.csv" >"$TMP/json"
same 'a day with too many names' 'org 2009-01-04' "$(json "$TMP/json" \
	"' '.join(i['suffix'] + ' ' + i['day'] for f in v['findings'] if f['kind'] == 'outlier' for i in f['items'])")"

cordon check --by-day "$TMP/many.csv" >"$TMP/out"
check '--by-day marks it' grep -qE '^org +2009-01-04 +[0-9]+ \*$' "$TMP/out"
same '--by-day has each suffix and day' 45 "$(grep -cE '^[a-z]+ +2009-01-0. ' "$TMP/out")"
same '--by-day as JSON' True "$(cordon check --by-day --json "$TMP/many.csv" >"$TMP/days"
	json "$TMP/days" "all(sum(r['by_day'].values()) == r['names'] for r in v['suffixes'])")"

cordon check "$TMP/none.csv" >"$TMP/out" 2>"$TMP/err"
same 'no such list: status' 3 $?
check 'no such list: is said' grep -qF "$TMP/none.csv: No such file" "$TMP/err"
cordon check "$TMP/08.csv" --allow "$TMP/none" >"$TMP/out" 2>"$TMP/err"
same 'no such allow list: status' 3 $?
echo 'a..b' >"$TMP/garbage"
cordon check "$TMP/08.csv" --allow "$TMP/garbage" >"$TMP/out" 2>"$TMP/err"
same 'an allow list without names: status' 3 $?
check 'nothing half is printed' [ ! -s "$TMP/out" ]
cordon check "$TMP/08.csv" >/dev/full 2>"$TMP/err"
same 'a full disk: status' 3 $?
refused 'no list' 'LIST is missing' check
refused 'two lists' 'one LIST only' check a b
refused 'no such severity' "does not know 'hi'" check a --fail-on hi

march='--from 2009-03-01 --days 31'
cordon identify $march wnsux.com jogli.com QHFLH.com praat.org. >"$TMP/out" 2>"$TMP/err"
same 'identify: all known' 0 $?
same 'identify: family, day and index' 'conficker-b 2009-03-08 100
conficker-b 2009-03-13 65
conficker-b 2009-03-18 154
conficker-b 2009-03-31 159' "$(awk 'NR > 1 { print $3, $4, $5 }' "$TMP/out" | sort -k2)"
cordon identify $march --json wnsux.com google.com >"$TMP/json" 2>"$TMP/err"
same 'identify: one unknown' 1 $?
same 'identify as JSON' 'known unknown' "$(json "$TMP/json" "' '.join(n['verdict'] for n in v)")"
printf '# seen\noubezepg.com.mx 192.0.2.1\n\ngzyh.nl\n' |
	cordon identify --from 2009-04-01 --family conficker-c --json - >"$TMP/json" 2>"$TMP/err"
same 'identify: from standard input' 0 $?
same 'a short name beside a long one' 'known supported' "$(json "$TMP/json" "' '.join(n['verdict'] for n in v)")"
cordon identify --from 2009-04-01 --family conficker-c gzyh.nl >"$TMP/out" 2>"$TMP/err"
same 'a short name alone' 1 $?
check 'is a match by chance' grep -qE '^gzyh.nl +chance +conficker-c' "$TMP/out"
for jobs in 1 3; do
	cordon identify $march --jobs $jobs wnsux.com jogli.com qhflh.com >"$TMP/jobs$jobs" 2>"$TMP/err"
done
check 'jobs change nothing' cmp "$TMP/jobs1" "$TMP/jobs3"
seq 384 | awk '{ printf "w%c%c%c\n", 97 + $1 % 26, 97 + $1 / 26 % 26, 97 + $1 * 7 % 26 }' >"$TMP/words"
cordon predict --family suppobox --words "$TMP/words" --from 2015-05-05 >"$TMP/suppobox"
cordon identify --words "$TMP/words" --from 2015-05-05 --days 2 - <"$TMP/suppobox" >"$TMP/out" 2>"$TMP/err"
same 'names of two words' 0 $?
check 'no family is left out' [ ! -s "$TMP/err" ]
cordon identify --from 2015-05-05 - <"$TMP/suppobox" >"$TMP/out" 2>"$TMP/err"
same 'without the words: unknown' 1 $?
check 'without the words: is said' grep -qF 'suppobox is left out' "$TMP/err"
cordon identify --words "$TMP/names" a.com >"$TMP/out" 2>"$TMP/err"
same 'other words: status' 3 $?
check 'other words: is said' grep -qF "$TMP/names: bad" "$TMP/err"
refused 'identify: no names' 'names are missing' identify
refused 'identify: no name' "'a..b' is not a domain name" identify a..b
refused 'identify: days without a first' '--days wants --from' identify --days 3 a.com
refused 'identify: no such family' "no family 'x'" identify --family x a.com

# cordon build refuses what check finds, and writes nothing.
cordon predict --family conficker-b --from 2009-03-13 --format csv >"$TMP/march.csv"
echo wnsux.com >"$TMP/airline"
for input in "$TMP/march.csv" -; do
	cordon build --feed conficker-b --output "$TMP/b.zone" --reject-on high --allow "$TMP/airline" $input \
		<"$TMP/march.csv" >"$TMP/out" 2>"$TMP/err"
	same "build --reject-on from ${input##*/}: status" 1 $?
	check 'the name is said' grep -q 'wnsux.com  wnsux.com' "$TMP/err"
	check 'nothing is written' [ ! -e "$TMP/b.zone" ]
done
echo google.com >"$TMP/airline"
cordon build --feed conficker-b --output "$TMP/b.zone" --reject-on high --allow "$TMP/airline" - \
	<"$TMP/march.csv" >"$TMP/out" 2>"$TMP/err"
same 'build --reject-on without a finding: status' 0 $?
same 'the zone has all names' 250 "$(grep -c 'TXT "2009-03-13/2009-03-14"' "$TMP/b.zone")"
cordon build --feed f --output "$TMP/b.zone" --allow "$TMP/airline" - <"$TMP/march.csv" >"$TMP/out" 2>"$TMP/err"
same 'build --allow alone: usage' 2 $?
