#include "control/status_hub.h"

#include "control/hub_ask.h"
#include "control/json_get.h"

#include <stdio.h>
#include <string.h>

static void
print_child(const char *title, const json_t *c)
{
	const char *state = json_is_true(json_object_get(c, "running")) ? "running" : "NOT RUNNING";

	if (!json_is_true(json_object_get(c, "wanted")))
		state = "off";
	printf("%-10s %s, started %" JSON_INTEGER_FORMAT " times\n", title, state,
	    json_get_number(c, "starts"));
}

static void
print_part(const json_t *p)
{
	char until[HUB_TIME_MAX], heard[HUB_TIME_MAX];

	hub_time(until, json_get_number(p, "until"));
	hub_time(heard, json_get_number(p, "heard"));
	printf("%-10s %s: %s", "part", json_get_text(p, "zone"), json_get_text(p, "state"));
	if (strcmp(json_get_text(p, "state"), "none") != 0)
		printf(", serial %" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT " names",
		    json_get_number(p, "serial"), json_get_number(p, "names"));
	if (json_get_number(p, "until"))
		printf(", signed until %s UTC", until);
	if (json_get_number(p, "heard"))
		printf(", last confirmed %s UTC", heard);
	printf(
	    *json_get_text(p, "error") ? "\n           %s\n" : "%s\n", json_get_text(p, "error"));
}

static void
print_fetch(const json_t *f)
{
	char heard[HUB_TIME_MAX];

	hub_time(heard, json_get_number(f, "heard"));
	printf("%-10s %s: %s, next is %s", "fetching", json_get_text(f, "feed"),
	    json_get_text(f, "state"), json_get_text(f, "source"));
	if (json_get_number(f, "heard"))
		printf(", last confirmed %s UTC", heard);
	printf(
	    *json_get_text(f, "error") ? "\n           %s\n" : "%s\n", json_get_text(f, "error"));
}

static void
print_downloads(const json_t *c)
{
	if (c)
		printf("%-10s %" JSON_INTEGER_FORMAT " whole, %" JSON_INTEGER_FORMAT
		       " pieces, %" JSON_INTEGER_FORMAT " deltas, %" JSON_INTEGER_FORMAT
		       " unchanged; refused %" JSON_INTEGER_FORMAT
		       " strangers, %" JSON_INTEGER_FORMAT " over the limits; %" JSON_INTEGER_FORMAT
		       " cut off\n",
		    "downloads", json_get_number(c, "whole"), json_get_number(c, "piece"),
		    json_get_number(c, "delta"), json_get_number(c, "unchanged"),
		    json_get_number(c, "stranger"), json_get_number(c, "limited"),
		    json_get_number(c, "cut"));
}

static void
print_keys(const json_t *f)
{
	char at[HUB_TIME_MAX];

	hub_time(at, json_get_number(f, "keys_since"));
	printf(", version %" JSON_INTEGER_FORMAT, json_get_number(f, "keys_version"));
	if (json_get_number(f, "keys_since"))
		printf(" by a key change of %s UTC\n", at);
	else
		printf("\n");
}

static void
print_hub(const json_t *r)
{
	char at[HUB_TIME_MAX];
	json_t *f;
	size_t i;

	hub_time(at, json_get_number(r, "started"));
	printf("cordond %s for %s, since %s UTC\n", json_get_text(r, "version"),
	    json_get_text(r, "domain"), at);
	printf("%-10s %" JSON_INTEGER_FORMAT " waiting%s%s\n", "updates",
	    json_get_number(r, "waiting"),
	    json_is_true(json_object_get(r, "examining")) ? ", one being examined" : "",
	    json_is_true(json_object_get(r, "book_stale")) ? "; THE BOOK IS STALE: see the log"
							   : "");
	print_child("transfers", json_object_get(r, "transfers"));
	print_child("https", json_object_get(r, "https"));
	print_downloads(json_object_get(r, "https_counts"));
	json_array_foreach(json_object_get(r, "feeds"), i, f)
	{
		printf("%-10s %s: ", "feed", json_get_text(f, "name"));
		if (json_is_integer(json_object_get(f, "serial")))
			printf("serial %" JSON_INTEGER_FORMAT, json_get_number(f, "serial"));
		else
			printf(
			    "%s", json_object_get(r, "parts") ? "by its parts" : "no update yet");
		printf(", %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " keys must sign",
		    json_get_number(f, "threshold"), json_get_number(f, "keys"));
		print_keys(f);
	}
	json_array_foreach(json_object_get(r, "fetches"), i, f) print_fetch(f);
	json_array_foreach(json_object_get(r, "parts"), i, f) print_part(f);
}

static void
print_lagging(const json_t *g)
{
	json_t *lacks = json_object_get(g, "lacks"), *l, *c;
	size_t i;

	printf("%s holds %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " parts (%s)\n",
	    json_get_text(g, "name"), json_get_number(g, "holds"), json_get_number(g, "parts"),
	    json_get_text(g, "time_zone"));
	json_array_foreach(lacks, i, l)
	{
		printf("    lacks %s serial %" JSON_INTEGER_FORMAT " for %" JSON_INTEGER_FORMAT
		       " s",
		    json_get_text(l, "zone"), json_get_number(l, "serial"),
		    json_get_number(l, "for_s"));
		if (json_is_integer(json_object_get(l, "holds")))
			printf(", holds %" JSON_INTEGER_FORMAT "\n", json_get_number(l, "holds"));
		else
			printf(", nothing known to be held\n");
	}
	json_array_foreach(json_object_get(g, "contacts"), i, c)
	    printf("    call %zu: %s\n", i + 1, json_string_value(c));
}

/* What its node has signed. */
static void
print_proofs(const json_t *g)
{
	json_t *p, *to;
	char at[HUB_TIME_MAX];
	size_t i, k;

	json_array_foreach(json_object_get(g, "proofs"), i, p)
	{
		hub_time(at, json_get_number(p, "time"));
		printf("%s signed for %s serial %" JSON_INTEGER_FORMAT " at %s UTC",
		    json_get_text(g, "name"), json_get_text(p, "zone"),
		    json_get_number(p, "serial"), at);
		json_array_foreach(json_object_get(p, "handed"), k, to)
		    printf("%s %s%s", k ? "," : ":", json_get_text(to, "to"),
			json_is_true(json_object_get(to, "ok")) ? "" : " FAILED");
		putchar('\n');
	}
}

static void
print_registries(const json_t *reply)
{
	json_t *g;
	size_t i, all = 0, takers = 0;

	json_array_foreach(json_object_get(reply, "registries"), i, g)
	{
		takers += json_get_number(g, "parts") > 0;
		all += json_get_number(g, "parts") > 0 &&
		       json_get_number(g, "parts") == json_get_number(g, "holds");
		if (json_get_number(g, "parts") != json_get_number(g, "holds"))
			print_lagging(g);
		print_proofs(g);
	}
	printf("%zu of %zu registries hold all their parts\n", all, takers);
}

int
status_hub(const char *program, const char *socket, bool registries, bool is_json)
{
	const char *const words[] = {registries ? "registries" : "status"};
	json_t *reply;

	if (hub_ask(&reply, program, socket ? socket : HUB_SOCKET, words, 1) < 0)
		return 1;
	if (is_json) {
		json_dumpf(reply, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (registries) {
		print_registries(reply);
	} else {
		print_hub(reply);
	}
	json_decref(reply);
	return fflush(stdout) == 0 ? 0 : 1;
}
