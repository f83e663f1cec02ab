#!/bin/sh
# What cordond exports by itself: all forms, after an update, over midnight UTC, after a failure.
[ "${IN_NS-}" ] || [ "$(id -u)" != 0 ] || exec unshare -n env IN_NS=1 "$0" "$@"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
need_root
ip link set lo up
hub_world
OUT=$TMP/out
mkdir "$OUT" "$TMP/registered"
tomorrow=$(date -u -d '+1 day' +%F) after=$(date -u -d '+2 days' +%F)
cat >"$TMP/names.csv" <<CSV
eve.ag,$today,$tomorrow,sinkhole
both.ag,$today,$after,sinkhole
next.ag,$tomorrow,$after,sinkhole
a&b.bo,$today,$after,sinkhole
one.bo,$today,$after,nxdomain
CSV
sed -i 's/a&b/held/' "$TMP/names.csv"
cat >"$TMP/registries.conf" <<CONF
registries = ( { name = "ag-registry"; suffixes = [ "ag", "com.ag" ]; feeds = [ "test" ]; },
	{ name = "bo-registry"; suffixes = [ "bo" ]; feeds = [ "test" ]; } );
CONF
echo "keys = ( { registry = \"ag-registry\"; name = \"ag.\"; secret = \"$SECRET\"; } );" >"$TMP/keys.conf"
echo held.bo >"$TMP/registered/bo"
echo 'pass <word> & "more"' >"$TMP/auth"
SINK='addresses = [ "192.0.2.1" ]; ns = [ "ns1.sink.example", "ns2.sink.example" ];'
export_of() { # NAME REGISTRY FORM MORE
	echo "{ name = \"$1\"; registry = \"$2-registry\"; feed = \"test\"; form = \"$3\";
		folder = \"$OUT/$1\"; $4 }"
}
EPP="registered = \"$TMP/registered\"; auth-file = \"$TMP/auth\"; registrant = \"sink-1\"; years = 1;
	contacts = [ \"admin=sink-2\", \"tech=sink-3\" ]; reason = \"Conficker <C> & others\"; $SINK"
exports() { # MORE
	list=
	for f in plain csv hosts rpz fragment bind knot nsd unbound powerdns nomulus; do
		list="$list $(export_of "$f" ag $f "$SINK"),"
	done
	echo "exports = ( $list $(export_of ahead ag plain 'ahead = 1;'), $(export_of epp bo epp "$EPP") ${1-} );"
}
midnight=$(date -u -d "$tomorrow" +%s)
configure() { # SECONDS before midnight; MORE EXPORTS
	hub_configure 'public-suffixes = false;' \
		"clock-offset = $((midnight - $1 - $(date +%s))); log-level = \"info\"; $(exports "${2-}")"
}
until_has() { # PATTERN FILE
	for _ in $(seq 150); do grep -qs -- "$1" "$2" && return 0; sleep 0.2; done
	echo "$2:"; cat "$2"; return 1
}
not_in() { ! grep -q -- "$1" "$2"; }

check_config() { "$B/bin/cordond" --check-config --config "$TMP/hub.conf" >"$TMP/mistakes" 2>&1; }
configure 600
check 'the configuration is right' check_config
refused() { # ABOUT TEXT EXPORT
	hub_configure 'public-suffixes = false;' "exports = ( $3 );"
	check_config && echo 'taken' >"$TMP/mistakes"
	check "refused: $1" grep -qF -- "$2" "$TMP/mistakes"
}
refused 'a form that there is not' 'is no form' "$(export_of a ag pdf '')"
refused 'no such registry' 'there is no registry' "$(export_of a tw plain '')"
refused 'a form without what it needs' "it needs the sinkhole's name servers" "$(export_of a ag knot '')"
refused 'an action that the form cannot say' 'is not for it' "$(export_of a ag knot "action = \"nodata\"; $SINK")"
refused 'epp without who is registered' '"registered" goes with form "epp"' "$(export_of a bo epp "$SINK")"
refused 'one folder for two' 'is the folder of "a" too' \
	"$(export_of a ag plain ''), { name = \"b\"; registry = \"ag-registry\"; feed = \"test\"; form = \"csv\"; folder = \"$OUT/a\"; }"
refused 'a contact of no type' 'expected admin=ID' "$(export_of a bo epp "$EPP contacts = [ \"boss=x\" ];" | sed 's/contacts = \[ "admin[^;]*;//')"

SUFFIXES='ag bo'
configure 600
hub_start || exit 1
same 'nothing before the first update' '' "$(ls "$OUT")"
hub_update 1 "$TMP/names.csv" alice bob
same 'accepted' accepted "$(hub_drop "$TMP/1.tar")"
for f in csv hosts rpz fragment nomulus unbound; do
	check "$f lists a name of the day" until_has both "$OUT/$f/ag.$f"
	check "$f lists none of tomorrow" not_in next "$OUT/$f/ag.$f"
done
same 'plain, to the byte' "# feed test, serial 1, date $today, names 2
both.ag
eve.ag" "$(until_has eve "$OUT/plain/ag.plain"; cat "$OUT/plain/ag.plain")"
same 'a suffix without a part has an empty file' "# feed test, serial 1, date $today, names 0" \
	"$(cat "$OUT/plain/com.ag.plain")"
check 'ahead is of tomorrow' until_has next "$OUT/ahead/ag.plain"
for f in bind/ag.bind/rpz.zone knot/ag.knot/knot.conf nsd/ag.nsd/nsd.conf powerdns/ag.powerdns/bind.conf; do
	[ -e "$OUT/${f%/*}" ] || until_has . "$OUT/${f%%/*}/cordon-export.txt"
	check "$f lists a name" sh -c "cat '$OUT/${f%/*}'/* | grep -q 'both'"
done
check 'servers are told where files will be' grep -qF "$OUT/knot/ag.knot" "$OUT/knot/ag.knot/knot.conf"
command -v named-checkzone >/dev/null && check 'BIND reads the policy zone' \
	named-checkzone -q ag.test.rpz.hub.example "$OUT/rpz/ag.rpz"
check 'a folder says what it is' grep -q 'Made by cordond, form rpz' "$OUT/rpz/cordon-export.txt"

# Each EPP file is one command, well formed, and says what it must.
check 'EPP is there' until_has cordond "$OUT/epp/cordon-export.txt"
/usr/bin/python3 - "$OUT/epp/bo.epp" >"$TMP/epp" 2>&1 <<'PY'
import glob, os, sys
import xml.etree.ElementTree as X
E, D = '{urn:ietf:params:xml:ns:epp-1.0}', '{urn:ietf:params:xml:ns:domain-1.0}'
ids = set()
for path in sorted(glob.glob(sys.argv[1] + '/*.xml')):
    root = X.parse(path).getroot()
    assert root.tag == E + 'epp' and len(root) == 1, path
    command = root[0]
    assert command.tag == E + 'command' and [c.tag for c in command][1:] == [E + 'clTRID'], path
    ids.add(command[1].text)
    verb = command[0].tag[len(E):]
    o = command[0][0]
    assert o.tag == D + verb, path
    said = [verb, o.find(D + 'name').text]
    said += sorted(s.get('s') for s in o.iter(D + 'status'))
    said += [n.text for n in o.iter(D + 'hostObj')]
    assert all(s.text == 'Conficker <C> & others' for s in o.iter(D + 'status')), path
    if verb == 'create':
        assert o.find(D + 'authInfo/' + D + 'pw').text == 'pass <word> & "more"', path
        said += [o.find(D + 'registrant').text, o.find(D + 'period').text]
    assert os.stat(path).st_mode & 0o777 == 0o600, path
    print(*said)
assert len(ids) == len(glob.glob(sys.argv[1] + '/*.xml'))
PY
same 'EPP: what each file commands' 'create one.bo sink-1 1
update held.bo serverDeleteProhibited serverHold serverUpdateProhibited
update one.bo serverDeleteProhibited serverHold serverUpdateProhibited' "$(cat "$TMP/epp")"
hub_stop

# Midnight.
configure 4
hub_start || exit 1
check 'after midnight: a name of the new day' until_has next "$OUT/plain/ag.plain"
check 'and none of the day before' not_in eve "$OUT/plain/ag.plain"
check 'its date' grep -q "date $tomorrow" "$OUT/plain/ag.plain"
check 'the folders too' until_has next "$OUT/knot/ag.knot/knot.conf"
check 'EPP: the new day has new identifiers' until_has "cordon-$tomorrow" "$OUT/epp/bo.epp/1-create-one.bo.xml"

# One fails, and its folder stays as it was; others go on.
rm "$TMP/registered/bo"
mkdir "$OUT/plain.cordon-AbCdEf" "$OUT/plain.backup"
mkdir "$OUT/other" && echo mine >"$OUT/other/file"
hub_stop; configure -60 ", $(export_of other ag plain '')"; hub_start || exit 1
grep -v 'both\|eve' "$TMP/names.csv" >"$TMP/two.csv"
hub_update 2 "$TMP/two.csv" alice bob
same 'another update' accepted "$(hub_drop "$TMP/2.tar")"
check 'the others have it' until_has 'serial 2' "$OUT/plain/ag.plain"
check 'without the name that went' not_in both "$OUT/plain/ag.plain"
check 'the failure is said' until_has 'export-failed.*epp.*registered/bo' "$TMP/hub.log"
check 'what was exported before stays' [ -e "$OUT/epp/bo.epp/1-create-one.bo.xml" ]
check "somebody's folder is not replaced" [ -e "$OUT/other/file" ]
check 'and that is said' until_has 'export-failed.*other.*holds other files' "$TMP/hub.log"
same 'what a killed writer left is gone, nothing else' "$OUT/plain.backup" "$(ls -d "$OUT"/plain.*)"
for _ in $(seq 600); do [ "$(ls -d "$OUT"/*.cordon-* 2>/dev/null)" ] || break; sleep 0.1; done
same 'nothing half written stays' '' "$(ls -d "$OUT"/*.cordon-* 2>/dev/null)"
echo held.bo >"$TMP/registered/bo"
check 'the audit tells of exports' sh -c \
	"'$B/bin/cordon' audit --socket '$SOCK' | grep -q 'export .* plain'"
check 'and is whole' "$B/bin/cordon" audit --verify --socket "$SOCK"
SUFFIXES=bo
grep bo, "$TMP/two.csv" >"$TMP/three.csv"
hub_update 3 "$TMP/three.csv" alice bob
same 'an update without ag' accepted "$(hub_drop "$TMP/3.tar")"
check 'leaves an empty file' until_has 'serial 3.*names 0' "$OUT/plain/ag.plain"
check 'the failure has ended' until_has 'serial 3' "$OUT/epp/cordon-export.txt"
hub_stop
