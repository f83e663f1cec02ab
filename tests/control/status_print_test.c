#include "control/status_print.h"

#include "tests/test.h"

#include <stdlib.h>

static const char reply[] =
    "{\"ok\": true, \"version\": \"9.9\", \"pid\": 7, \"uptime-s\": 93784, \"day\": \"2009-05-15\","
    " \"day-fixed\": true, \"generation\": 3, \"loaded-at\": 1242345600, \"load-ms\": 12,"
    " \"lists\": [{\"feed\": \"conficker-c\", \"action\": \"sinkhole\", \"policy\": \"p\","
    "  \"entries\": 50000, \"serial\": 2009051501, \"queries\": 42}],"
    " \"index\": {\"names\": 49999, \"entries\": 50000, \"bytes\": 1572864, \"hash\": \"aes\"},"
    " \"counters\": {\"way\": {\"unlisted\": 5, \"formerr\": 0}, \"rcode\": {\"refused\": 5},"
    "  \"udp\": 46, \"udp6\": 0, \"tcp\": 1, \"tcp6\": 0, \"truncated\": 2, \"tx_unsent\": 0},"
    " \"threads\": [{\"kind\": \"port\", \"lcore\": 4, \"queries\": 47, \"replies\": 47,"
    "  \"bursts\": 9, \"tx_unsent\": 0}],"
    " \"ports\": [], \"tcp-clients\": 1, \"rss-bytes\": 10485760}";

static const char want[] =
    "version      9.9, pid 7, up 1 d 02:03:04\n"
    "day          2009-05-15 (fixed)\n"
    "lists        generation 3, loaded 2009-05-15T00:00:00Z in 12 ms\n"
    "index        49999 names, 50000 entries, 1.5 MiB, hash aes\n"
    "memory       10.0 MiB resident\n"
    "queries      udp 46, udp6 0, tcp 1, tcp6 0; tcp clients now 1\n"
    "answers      truncated 2, unsent 0\n"
    "\n"
    "FEED                     ACTION    POLICY               ENTRIES      SERIAL        QUERIES\n"
    "conficker-c              sinkhole  p                      50000  2009051501             42\n"
    "\n"
    "WAY                               COUNT\n"
    "unlisted                              5\n"
    "\n"
    "RCODE                             COUNT\n"
    "refused                               5\n"
    "\n"
    "THREAD   LCORE        QUERIES        REPLIES         BURSTS     UNSENT\n"
    "port         4             47             47              9          0\n";

static char *
printed(const json_t *status)
{
	char *got = NULL;
	size_t len;
	FILE *f = open_memstream(&got, &len);

	status_print(status, f);
	fclose(f);
	return got;
}

int
main(void)
{
	json_t *status = json_loads(reply, 0, NULL), *empty = json_object();
	char *got = printed(status);

	CHECK(status && strcmp(got, want) == 0, "a reply as a table");
	if (strcmp(got, want) != 0)
		printf("%s", got);
	free(got);
	got = printed(empty);
	CHECK(strncmp(got, "version      , pid 0, up 0 d", 28) == 0, "a reply that lacks all");
	free(got);
	json_decref(status);
	json_decref(empty);
	return test_end();
}
