#!/bin/sh
# A node whose clock is wrong for a while: signatures that are over, or not yet to begin, take its
# list out of force, and bring it back when the clock is right again, with no new serial.
. "$(dirname "$0")/own_net.sh"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hub.sh"
. "$(dirname "$0")/node.sh"
command -v cc >/dev/null || skip 'needs cc'
cat >"$TMP/clock.c" <<-C
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static volatile long *offset;

__attribute__((constructor)) static void
begin(void)
{
	offset = mmap(NULL, sizeof(*offset), PROT_READ, MAP_SHARED, open(getenv("CLOCK"), O_RDONLY), 0);
}

time_t
time(time_t *t)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += offset ? *offset : 0; /* other libraries begin before it */
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}
C
cc -shared -fPIC -o "$TMP/clock.so" "$TMP/clock.c" || exit 1
set_clock() { # BY SECONDS
	/usr/bin/python3 -c 'import struct, sys
with open(sys.argv[1], "r+b") as f: f.write(struct.pack("l", int(sys.argv[2])))' "$TMP/clock" "$1"
}
: >"$TMP/clock"
set_clock -86400
CLOCK=$TMP/clock LD_PRELOAD=$TMP/clock.so "$B/bin/cordon" --version >/dev/null 2>&1 || skip 'no library goes before this build'
hub_world
node_world
hub_registries
hub_configure ''
hub_start || exit 1
hub_update 1 "$TMP/names.csv" alice bob
same 'an update' accepted "$(hub_drop "$TMP/1.tar")"
listed() { grep -q name1 "$TMP/lists/ag.test.zone"; }
unlisted() { [ -e "$TMP/lists/ag.test.zone" ] && ! listed; }

# TSIG's time is wrong with it, so meanwhile nothing comes: what is held has to do.
set_clock 0
node_configure 'refresh = 1; retry = 1;' 'log-level = "info";'
CLOCK=$TMP/clock LD_PRELOAD=$TMP/clock.so
export CLOCK LD_PRELOAD
node_start
unset LD_PRELOAD
until_says 'a node has its part' state valid
until_true 'and its list' listed
set_clock 34560000
until_says 'far ahead: the signatures are over' state EXPIRED
until_true 'the list is empty' unlisted
set_clock 0
until_says 'right again: they count' state valid
until_true 'the list is back' listed
node_stop
set_clock -864000
LD_PRELOAD=$TMP/clock.so
export LD_PRELOAD
node_start
unset LD_PRELOAD
until_says 'started ten days behind: they do not begin yet' state EXPIRED
set_clock 0
until_says 'right again: they count' state valid
until_true 'the list is back' listed
node_stop
