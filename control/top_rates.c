#include "control/top_rates.h"

#include "control/ask.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 256

static void
add_rate(json_t *to, const char *key, json_int_t before, json_int_t after, double seconds)
{
	/* A counter that went back belongs to something new: it began at 0. */
	json_int_t n = after >= before ? after - before : after;

	if (n)
		json_object_set_new(to, key, json_real((double)n / seconds));
}

static json_t *
count_rates(const json_t *before, json_t *after, double seconds)
{
	json_t *rates = json_object(), *n;
	const char *key;

	json_object_foreach(after, key, n)
	    add_rate(rates, key, ask_number(before, key), json_integer_value(n), seconds);
	return rates;
}

/* Feeds are told apart by name: a reload may have moved them. */
static json_t *
feed_rates(const json_t *before, const json_t *after, double seconds)
{
	json_t *rates = json_object(), *was = json_object();
	const json_t *f;
	size_t i;

	json_array_foreach(before, i, f)
	    json_object_set(was, ask_text(f, "feed"), json_object_get(f, "queries"));
	json_array_foreach(after, i, f) add_rate(rates, ask_text(f, "feed"),
	    ask_number(was, ask_text(f, "feed")), ask_number(f, "queries"), seconds);
	json_decref(was);
	return rates;
}

static json_int_t
queries(const json_t *counters)
{
	return ask_number(counters, "udp") + ask_number(counters, "udp6") +
	       ask_number(counters, "tcp") + ask_number(counters, "tcp6");
}

json_t *
top_rates(const json_t *before, const json_t *after, double seconds)
{
	const json_t *a = json_object_get(before, "counters"),
		     *b = json_object_get(after, "counters");

	if (ask_number(before, "pid") != ask_number(after, "pid") || !(seconds > 0))
		return NULL;
	return json_pack("{s:f, s:f, s:o, s:o, s:o}", "seconds", seconds, "queries",
	    (double)(queries(b) - queries(a)) / seconds, "way",
	    count_rates(json_object_get(a, "way"), json_object_get(b, "way"), seconds), "rcode",
	    count_rates(json_object_get(a, "rcode"), json_object_get(b, "rcode"), seconds), "feed",
	    feed_rates(json_object_get(before, "lists"), json_object_get(after, "lists"), seconds));
}

struct row {
	const char *key;
	double rate;
};

static int
by_rate(const void *va, const void *vb)
{
	const struct row *a = va, *b = vb;

	return a->rate != b->rate ? (a->rate < b->rate ? 1 : -1) : strcmp(a->key, b->key);
}

static void
print_rates(const char *title, json_t *rates, FILE *to)
{
	struct row row[ROWS_MAX];
	size_t n = 0;
	const char *key;
	json_t *rate;

	json_object_foreach(rates, key, rate)
	{
		if (n < ROWS_MAX)
			row[n++] = (struct row){key, json_real_value(rate)};
	}
	qsort(row, n, sizeof(row[0]), by_rate);
	fprintf(to, "\n%-28s %14s\n", title, "A SECOND");
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%-28s %14.1f\n", row[i].key, row[i].rate);
}

void
top_print(const json_t *status, json_t *rates, FILE *to)
{
	fprintf(to,
	    "cordon %s, pid %" JSON_INTEGER_FORMAT ", lists generation %" JSON_INTEGER_FORMAT
	    ", %.1f MiB, tcp clients %" JSON_INTEGER_FORMAT "\n",
	    ask_text(status, "version"), ask_number(status, "pid"),
	    ask_number(status, "generation"), (double)ask_number(status, "rss-bytes") / (1 << 20),
	    ask_number(status, "tcp-clients"));
	fprintf(to, "%.1f queries a second over the last %.1f s\n",
	    json_real_value(json_object_get(rates, "queries")),
	    json_real_value(json_object_get(rates, "seconds")));
	print_rates("FEED", json_object_get(rates, "feed"), to);
	print_rates("WAY", json_object_get(rates, "way"), to);
	print_rates("RCODE", json_object_get(rates, "rcode"), to);
}
