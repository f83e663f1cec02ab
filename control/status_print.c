#include "control/status_print.h"

#include "control/ask.h"

#include <time.h>

#define N JSON_INTEGER_FORMAT

static double
mib(const json_t *object, const char *key)
{
	return (double)ask_number(object, key) / (1 << 20);
}

static void
print_head(const json_t *s, FILE *to)
{
	const json_t *c = json_object_get(s, "counters"), *ix = json_object_get(s, "index");
	json_int_t up = ask_number(s, "uptime-s");
	time_t at = (time_t)ask_number(s, "loaded-at");
	struct tm tm;
	char loaded[32] = "";

	if (gmtime_r(&at, &tm))
		strftime(loaded, sizeof(loaded), "%FT%TZ", &tm);
	fprintf(to, "version      %s, pid %" N ", up %" N " d %02" N ":%02" N ":%02" N "\n",
	    ask_text(s, "version"), ask_number(s, "pid"), up / 86400, up / 3600 % 24, up / 60 % 60,
	    up % 60);
	fprintf(to, "day          %s%s\n", ask_text(s, "day"),
	    json_is_true(json_object_get(s, "day-fixed")) ? " (fixed)" : "");
	fprintf(to, "lists        generation %" N ", loaded %s in %" N " ms\n",
	    ask_number(s, "generation"), loaded, ask_number(s, "load-ms"));
	fprintf(to, "index        %" N " names, %" N " entries, %.1f MiB, hash %s\n",
	    ask_number(ix, "names"), ask_number(ix, "entries"), mib(ix, "bytes"),
	    ask_text(ix, "hash"));
	fprintf(to, "memory       %.1f MiB resident\n", mib(s, "rss-bytes"));
	fprintf(to,
	    "queries      udp %" N ", udp6 %" N ", tcp %" N ", tcp6 %" N "; tcp clients now %" N
	    "\n",
	    ask_number(c, "udp"), ask_number(c, "udp6"), ask_number(c, "tcp"),
	    ask_number(c, "tcp6"), ask_number(s, "tcp-clients"));
	fprintf(to, "answers      truncated %" N ", unsent %" N "\n", ask_number(c, "truncated"),
	    ask_number(c, "tx_unsent"));
}

static void
print_lists(const json_t *lists, FILE *to)
{
	const json_t *f;
	size_t i;

	fprintf(to, "\n%-24s %-9s %-16s %11s %11s %14s\n", "FEED", "ACTION", "POLICY", "ENTRIES",
	    "SERIAL", "QUERIES");
	json_array_foreach(lists, i, f) fprintf(to, "%-24s %-9s %-16s %11" N " %11" N " %14" N "\n",
	    ask_text(f, "feed"), ask_text(f, "action"), ask_text(f, "policy"),
	    ask_number(f, "entries"), ask_number(f, "serial"), ask_number(f, "queries"));
}

static void
print_zones(const json_t *zones, FILE *to)
{
	const json_t *z;
	size_t i;

	if (json_array_size(zones) == 0)
		return;
	fprintf(to, "\n%-40s %11s %11s %11s\n", "STATIC ZONE", "SERIAL", "RECORDS", "NAMES");
	json_array_foreach(zones, i, z) fprintf(to, "%-40s %11" N " %11" N " %11" N "\n",
	    ask_text(z, "origin"), ask_number(z, "serial"), ask_number(z, "records"),
	    ask_number(z, "names"));
}

/* What is 0 is left out. */
static void
print_counts(const char *title, json_t *counts, FILE *to)
{
	const char *key;
	json_t *n;

	fprintf(to, "\n%-24s %14s\n", title, "COUNT");
	json_object_foreach(counts, key, n) if (json_integer_value(n))
	    fprintf(to, "%-24s %14" N "\n", key, json_integer_value(n));
}

static void
print_ports(const json_t *ports, FILE *to)
{
	const json_t *p;
	size_t i;

	if (json_array_size(ports) == 0)
		return;
	fprintf(to, "\n%-16s %-17s %-4s %14s %14s %10s %10s %10s %10s\n", "PORT", "MAC", "LINK",
	    "RX", "TX", "MISSED", "RX-ERRORS", "TX-ERRORS", "NO-BUFFER");
	json_array_foreach(ports, i, p)
	    fprintf(to, "%-16s %-17s %-4s %14" N " %14" N " %10" N " %10" N " %10" N " %10" N "\n",
		ask_text(p, "device"), ask_text(p, "mac"),
		json_is_true(json_object_get(p, "link-up")) ? "up" : "down", ask_number(p, "rx"),
		ask_number(p, "tx"), ask_number(p, "missed"), ask_number(p, "rx-errors"),
		ask_number(p, "tx-errors"), ask_number(p, "rx-no-buffer"));
}

static void
print_threads(const json_t *threads, FILE *to)
{
	const json_t *t;
	size_t i;

	fprintf(to, "\n%-8s %5s %14s %14s %14s %10s\n", "THREAD", "LCORE", "QUERIES", "REPLIES",
	    "BURSTS", "UNSENT");
	json_array_foreach(threads, i, t)
	{
		const json_t *lcore = json_object_get(t, "lcore");
		char core[24] = "-";

		if (lcore)
			snprintf(core, sizeof(core), "%" N, json_integer_value(lcore));
		fprintf(to, "%-8s %5s %14" N " %14" N " %14" N " %10" N "\n", ask_text(t, "kind"),
		    core, ask_number(t, "queries"), ask_number(t, "replies"),
		    ask_number(t, "bursts"), ask_number(t, "tx_unsent"));
	}
}

void
status_print(const json_t *status, FILE *to)
{
	const json_t *counters = json_object_get(status, "counters");

	print_head(status, to);
	print_lists(json_object_get(status, "lists"), to);
	print_zones(json_object_get(status, "zones"), to);
	print_counts("WAY", json_object_get(counters, "way"), to);
	print_counts("RCODE", json_object_get(counters, "rcode"), to);
	print_ports(json_object_get(status, "ports"), to);
	print_threads(json_object_get(status, "threads"), to);
}
