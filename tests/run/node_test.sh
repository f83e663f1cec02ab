#!/bin/sh
# A registry's node beside its hub: it is told by NOTIFY.
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
holds() { "$B/bin/cordon" status --registries --socket "$SOCK" | grep -q '1 of 2 registries'; }
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
