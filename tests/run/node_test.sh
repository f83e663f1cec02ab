#!/bin/sh
# A registry's node beside its hub: it is told by NOTIFY, and finds its parts by a catalog zone.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
. "$(dirname "$0")/node.sh"
/usr/bin/python3 -c 'import dns.tsig' 2>/dev/null || skip 'needs python3-dnspython'
hub_world
node_world
NOTIFY="notify = [ \"127.0.0.1:$node_port\" ];"
hub_registries
hub_configure '' 'log-level = "info";'
hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"

# refresh is an hour: what comes earlier comes by NOTIFY.
node_configure 'refresh = 3600; retry = 1;' 'log-level = "info";'
check 'the configuration of the node is right' "$B/bin/cordond" --check-config --config "$TMP/node.conf"
node_start
until_says 'the node has pulled its part' state valid
hub_update 2 "$TMP/names.csv" alice bob
same 'a second update' accepted "$(hub_drop "$TMP/2.tar")"
until_says 'comes by NOTIFY' serial 2
until_true 'the hub knows that it was heard' grep -q 'event=notify registry=ag-registry.*ok=1' "$TMP/hub.log"

told() { /usr/bin/python3 "$(dirname "$0")/notify.py" $node_port $SECRET "$@"; }
pulls() { grep -c ' pulling ' "$TMP/node.log"; }
holds() { "$B/bin/cordon" status --registries --socket "$SOCK" | grep -q '1 of 1 registries'; }
until_true 'and the last signed question says what it holds' holds
refused() { node_json 's["notify"]["refused"]'; }
counted() { [ "$(refused)" = "$1" ]; }
before=$(pulls) n=$(refused)
same 'a stranger: REFUSED' REFUSED "$(told $ZONE unsigned)"
same 'a wrong secret: NOTAUTH' NOTAUTH "$(told $ZONE forged)"
same 'a zone of others: NOTAUTH' NOTAUTH "$(told bo.test.hub.example)"
same 'none of it is a reason to ask' "$before" "$(pulls)"
until_true 'all of it is counted' counted $((n + 3))
began=$(date +%s)
same 'a storm: each is answered' '2000 NOERROR' "$(told $ZONE storm 2000)"
took=$(($(date +%s) - began))
few() { [ "$(pulls)" -gt "$before" ] && [ "$(pulls)" -le $((before + took + 3)) ]; }
until_true 'and leads to one question a second at most' few
node_stop

# Parts by the hub's catalog: all of the feed's, whatever their suffix.
zones() { node_json 'sorted(z["zone"].split(".")[0] + "/" + z["state"] + "/" + z["named_by"] for z in s["parts"])'; }
zones_are() { [ "$(zones)" = "$1" ]; }
suffixes() { # SUFFIXES of the registry
	sed -i "s|\(name = \"ag-registry\"; suffixes = \)\[[^]]*\]|\1[ $1 ]|" "$TMP/registries.conf"
	kill -HUP $HUB_PID
}
with_catalog() { # OPTIONS [OF THE FEED] [OFFSET]
	node_configure "retry = 1; catalog = \"catalog.ag-registry.hub.example\"; $1" \
		"log-level = \"info\"; clock-offset = ${3-0};" '' "${2-}"
}
rm -rf "$TMP/state" "$TMP/lists" && mkdir "$TMP/state" "$TMP/lists"
with_catalog 'refresh = 3600;'
node_start
until_true 'the part that the catalog names' zones_are "['ag/valid/catalog']"
suffixes '"ag", "bo"'
until_true 'one more, by NOTIFY of the catalog' zones_are "['ag/valid/catalog', 'bo/valid/catalog']"
until_true 'has a list' grep -q name1 "$TMP/lists/bo.test.zone"
suffixes '"ag"'
until_true 'the catalog names it no more: it stays' zones_are "['ag/valid/catalog', 'bo/valid/nobody']"
check 'its list, too' grep -q name1 "$TMP/lists/bo.test.zone"
check 'the log says so' grep -q 'part-unlisted zone=bo.test' "$TMP/node.log"
node_stop
node_start
until_true 'after a restart as well' zones_are "['ag/valid/catalog', 'bo/valid/nobody']"
node_stop
with_catalog 'refresh = 3600;' '' 34560000
node_start
until_true 'until its signatures end' zones_are "['ag/EXPIRED/catalog']"
check 'then its list is empty' sh -c "! grep name1 '$TMP/lists/bo.test.zone'"
check 'and the audit says so' sh -c "'$B/bin/cordon' audit --socket '$NODE' | grep -q part-dropped"
node_stop
suffixes '"ag", "bo"'
rm -rf "$TMP/state" && mkdir "$TMP/state"
with_catalog 'refresh = 1;' 'suffixes = [ "bo" ];'
node_start
until_true 'suffixes bound what a catalog may add' zones_are "['bo/valid/configuration']"
node_stop
with_catalog 'refresh = 1; parts = 1;'
rm -rf "$TMP/state" && mkdir "$TMP/state"
node_start
until_true 'one with too many members is not followed' grep -q 'catalog.*error="hub: ' "$TMP/node.log"
until_true 'nothing is taken' zones_are '[]'
node_stop
