#!/bin/sh
# A node with two sources, of which the first holds news back: it says that there is nothing newer.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
. "$(dirname "$0")/node.sh"
hub_world
node_world
hub_registries
hub_configure ''
hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"
hub_stop
cp -r "$HUB" "$TMP/frozen"
frozen_port=$((20000 + ($$ + 3) % 20000))
sed "s|$HUB\"|$TMP/frozen\"|; s|$SOCK|$TMP/frozen.sock|; s|:$xfr_port|:$frozen_port|" "$TMP/hub.conf" >"$TMP/frozen.conf"
"$B/bin/cordond" --config "$TMP/frozen.conf" >"$TMP/frozen.log" 2>&1 &
PIDS="$PIDS $!"
hub_start || exit 1
SOURCE_PORT=$frozen_port
node_configure 'refresh = 1; retry = 1;'
sed -i "s|^sources = (|&{ name = \"frozen\"; address = \"127.0.0.1:$frozen_port\"; key = \"ag.\"; secret-file = \"secret\"; }, |
	s|name = \"hub\"; address = \"127.0.0.1:$frozen_port\"|name = \"hub\"; address = \"127.0.0.1:$xfr_port\"|" "$TMP/node.conf"
node_start
until_says 'the node has its part' serial 1
hub_update 2 "$TMP/names.csv" alice bob
same 'a second update, of which the first source says nothing' accepted "$(hub_drop "$TMP/2.tar")"
until_says 'comes from the other' serial 2
held() { sleep 3; [ "$(node_says serial) $(node_says state)" = '2 valid' ]; }
check 'and stays, though the first has an older one' held
node_stop
hub_stop
