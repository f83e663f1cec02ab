#include "base/conf_check.h"
#include "base/err.h"
#include "control/command.h"
#include "control/registries.h"

#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ask_for {
	const char *file, *keys, *feed;
	const char *verb, *name;
	bool is_json;
};

enum { KEY_FEED = 256, KEY_KEYS };

static const struct argp_option options[] = {
    {"feed", KEY_FEED, "FEED", 0, "Only registries that have opted in to FEED", 0},
    {"file", 'f', "FILE", 0, "The directory (" REGISTRIES_PATH ")", 0},
    {"json", 'j', 0, 0, "Print JSON", 0},
    {"keys", KEY_KEYS, "FILE", 0, "The file of TSIG keys; without it keys are not looked at", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct ask_for *a = state->input;

	switch (key) {
	case 'f': a->file = arg; break;
	case 'j': a->is_json = true; break;
	case KEY_FEED: a->feed = arg; break;
	case KEY_KEYS: a->keys = arg; break;
	case ARGP_KEY_ARG:
		if (!a->verb)
			a->verb = arg;
		else if (!a->name && strcmp(a->verb, "show") == 0)
			a->name = arg;
		else
			argp_usage(state);
		break;
	case ARGP_KEY_END:
		if (!a->verb || (strcmp(a->verb, "list") != 0 && strcmp(a->verb, "check") != 0 &&
				    strcmp(a->verb, "show") != 0))
			argp_error(state, "expected list, show NAME or check");
		if (strcmp(a->verb, "show") == 0 && !a->name)
			argp_error(state, "show: which registry?");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static json_t *
texts(const struct conf_texts *t)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(array, json_string(t->item[i]));
	return array;
}

static json_t *
contacts(const struct conf_texts *t)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->n; i++) {
		const char *text = t->item[i], *space = strchr(text, ' ');

		json_array_append_new(array, json_pack("{s:s%, s:s}", "role", text,
						 (size_t)(space - text), "address", space + 1));
	}
	return array;
}

/* Names of keys, never secrets. */
static json_t *
keys(const struct registries *r, const struct registry *g)
{
	const struct registry_key *k = r->keys.item;
	json_t *array = json_array();

	for (size_t i = 0; i < r->keys.n; i++)
		if (strcmp(k[i].registry, g->name) == 0)
			json_array_append_new(
			    array, json_pack("{s:s, s:s}", "name", k[i].name, "algorithm",
				       registry_algorithms[k[i].algorithm]));
	return array;
}

static json_t *
describe(const struct registries *r, const struct registry *g)
{
	return json_pack("{s:s, s:b, s:o, s:o, s:s, s:o, s:s, s:s, s:o, s:o, s:o}", "name", g->name,
	    "mirror", g->mirror, "suffixes", texts(&g->suffixes), "contacts",
	    contacts(&g->contacts), "time_zone", g->time_zone, "feeds", texts(&g->feeds), "receive",
	    registry_receives[g->receive], "tls", registry_tls_words[g->tls], "addresses",
	    texts(&g->addresses), "notify", texts(&g->notify), "keys", keys(r, g));
}

static void
print_texts(const char *title, const struct conf_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		printf("%-12s%s\n", i ? "" : title, t->item[i]);
}

static void
print_one(const struct registries *r, const struct registry *g)
{
	const struct registry_key *k = r->keys.item;

	printf("%-12s%s%s\n", "name", g->name, g->mirror ? " (mirror)" : "");
	print_texts("suffixes", &g->suffixes);
	print_texts("feeds", &g->feeds);
	print_texts("contacts", &g->contacts);
	printf("%-12s%s\n%-12s%s\n%-12s%s\n", "time zone", g->time_zone, "receive",
	    registry_receives[g->receive], "tls", registry_tls_words[g->tls]);
	print_texts("addresses", &g->addresses);
	print_texts("notify", &g->notify);
	for (size_t i = 0; i < r->keys.n; i++)
		if (strcmp(k[i].registry, g->name) == 0)
			printf(
			    "%-12s%s %s\n", "key", k[i].name, registry_algorithms[k[i].algorithm]);
}

static void
print_row(const struct registry *g)
{
	char suffixes[30];
	size_t n = 0;

	suffixes[0] = '\0';
	for (size_t i = 0; i < g->suffixes.n && n < sizeof(suffixes); i++)
		n += (size_t)snprintf(
		    suffixes + n, sizeof(suffixes) - n, "%s%s", i ? " " : "", g->suffixes.item[i]);
	printf("%-20s %-20s %-9s %-24s %s\n", g->name, g->mirror ? "(mirror)" : suffixes,
	    registry_receives[g->receive], g->time_zone,
	    g->contacts.n ? g->contacts.item[0] : "no contact");
}

static void
list(const struct registries *r, const struct ask_for *a)
{
	const struct registry *g = r->file.item;
	json_t *array = a->is_json ? json_array() : NULL;

	if (!array)
		printf("%-20s %-20s %-9s %-24s %s\n", "NAME", "SUFFIXES", "RECEIVES", "TIME ZONE",
		    "FIRST CONTACT");
	for (size_t i = 0; i < r->file.n; i++) {
		if (a->feed && !registry_takes(&g[i], a->feed))
			continue;
		if (array)
			json_array_append_new(array, describe(r, &g[i]));
		else
			print_row(&g[i]);
	}
	if (array) {
		json_dumpf(array, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(array);
}

static int
show(const struct registries *r, const struct ask_for *a, const char *program)
{
	const struct registry *g = registry_find(r, a->name);
	json_t *json;

	if (!g) {
		fprintf(stderr, "%s: there is no registry '%s' in %s\n", program, a->name, a->file);
		return 1;
	}
	if (!a->is_json) {
		print_one(r, g);
		return 0;
	}
	json = describe(r, g);
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return 0;
}

int
cmd_registries(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "list | show NAME | check",
	    "Show or check the directory of registries.", NULL, NULL, NULL};
	struct ask_for a = {.file = REGISTRIES_PATH};
	struct registries *r;
	int status = 0;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (registries_load(&r, a.file, a.keys, conf_print_wrong, NULL) < 0)
		return 1;
	if (strcmp(a.verb, "check") == 0)
		printf("%s: ok (%zu registries, %zu suffixes, %zu keys)\n", a.file, r->file.n,
		    r->suffixes, r->keys.n);
	else if (strcmp(a.verb, "list") == 0)
		list(r, &a);
	else
		status = show(r, &a, argv[0]);
	registries_free(r);
	return fflush(stdout) == 0 ? status : 1;
}
