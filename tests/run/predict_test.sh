#!/bin/sh
# cordon predict as its users call it: what it says, writes and returns.
. "$(dirname "$0")/lib.sh"

predict() { "$B/bin/cordon" predict "$@"; }
refused() { # ABOUT TEXT ARGUMENTS...: status 2, nothing on standard output, TEXT in what it says
	about=$1 text=$2; shift 2
	out=$(predict "$@" 2>"$TMP/err"); rc=$?
	same "$about: status" 2 "$rc"
	same "$about: no names" '' "$out"
	check "$about: $text" grep -qF -- "$text" "$TMP/err"
}
sum() { sha256sum "$1" | cut -d' ' -f1; }

april='--family conficker-c --from 2009-04-01 --days 3'
predict $april >"$TMP/one"
same 'status of a success' 0 $?
same 'lines' 150000 "$(wc -l <"$TMP/one")"
same 'first line' oubezepg.com.mx "$(head -1 "$TMP/one")"
predict $april --jobs 3 >"$TMP/three"
check 'jobs change nothing' cmp "$TMP/one" "$TMP/three"
predict $april --output "$TMP/file"
check '--output writes the same' cmp "$TMP/one" "$TMP/file"
predict $april --suffix .MX. --suffix vn >"$TMP/some" 2>"$TMP/err"
same 'an empty label is no suffix' 2 $?
predict $april --suffix MX. --suffix vn >"$TMP/some"
check '--suffix takes names below' cmp "$TMP/some" "$(grep -E '\.(mx|vn)$' "$TMP/one" >"$TMP/grep"; echo "$TMP/grep")"
same '--set and --sine are the same' "$(predict $april --sine libm | sum -)" \
	"$(predict $april --set sine=libm | sum -)"
check '--json is JSON' sh -c "'$B/bin/cordon' predict $april --suffix be --json | python3 -m json.tool"
check '--list-families --json is JSON' sh -c "'$B/bin/cordon' predict --list-families --json | python3 -m json.tool"
for family in $(predict --list-families | sed -n 's/^\([a-z0-9-]*\): .*/\1/p'); do
	[ "$family" = suppobox ] || check "$family makes names" predict --family "$family" --from 2015-05-05
done

refused 'no family' '--family is missing' --from 2009-04-01
refused 'unknown family' "no family 'conficker'" --family conficker
refused 'a day before the family' 'from 2008-11-01' --family conficker-a --from 2008-10-31
refused 'no such day' "not '2009-02-29'" --family conficker-a --from 2009-02-29
refused 'no days' '1 to 40000' --family conficker-a --days 0
refused 'days that end after the last' '9999-12-31' --family conficker-a --from 9999-12-31 --days 2
refused 'a suffix of others' "below 'de'" --family conficker-a --suffix de
refused 'no such parameter' "no parameter 'seed'" --family conficker-a --set seed=1
refused 'a value out of range' '1 to 1000000' --family conficker-a --set names=0
refused 'no value' 'NAME=VALUE' --family conficker-a --set names
refused 'no such sine' "no choice 'sse'" --family conficker-a --sine sse
refused 'a family without a sine' "no parameter 'sine'" --family torpig --sine x87
refused 'a family without its words' 'words' --family suppobox
refused 'a file that is not there' 'No such file' --family suppobox --words "$TMP/none"
refused 'no such form' "not 'xml'" --family conficker-a --format xml
refused 'a stray word' "'now'" --family conficker-a now

predict $april >/dev/full 2>"$TMP/err"
same 'no space left: status' 1 $?
same 'no space left: said once' 'cordon predict: standard output: No space left on device' "$(cat "$TMP/err")"
(predict $april 2>"$TMP/err"; echo $? >"$TMP/rc") | head -1 >"$TMP/head"
same 'a pipe that breaks: status' 1 "$(cat "$TMP/rc")"
same 'a pipe that breaks: said once' 'cordon predict: standard output: Broken pipe' "$(cat "$TMP/err")"
echo before >"$TMP/file"
(ulimit -f 100; trap '' XFSZ; predict $april --output "$TMP/file" 2>"$TMP/err")
same 'a file cut short: status' 1 $?
same 'a file cut short: the old one stays' before "$(cat "$TMP/file")"
same 'a file cut short: nothing lies about' 1 "$(ls "$TMP" | grep -c '^file')"
predict $april --output "$TMP/none/file" 2>"$TMP/err"
same 'no such directory' 1 $?
