#include "base/err.h"
#include "control/hub_ask.h"
#include "control/json_get.h"
#include "control/submit.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_NS 100000000

/* HTTP's word for it, so that there is one way to an exit status. */
static long
status_of(const json_t *verdict)
{
	const char *state = json_get_text(verdict, "state");

	if (strcmp(state, "accepted") == 0)
		return 200;
	if (strcmp(state, "waiting") == 0)
		return 202;
	return strcmp(state, "refused") == 0 ? 422 : 503;
}

static long
wait_for(const struct submit *s, const char *socket, json_int_t id, json_t **verdict)
{
	const struct timespec look = {.tv_nsec = LOOK_NS};
	char word[24];
	const char *const words[] = {"dry-run-result", word};
	json_t *reply;
	bool done = false;

	snprintf(word, sizeof(word), "%" JSON_INTEGER_FORMAT, id);
	for (int64_t waited = 0; !done && waited < s->timeout_s * INT64_C(1000000000);
	     waited += LOOK_NS) {
		nanosleep(&look, NULL);
		if (hub_ask(&reply, s->program, socket, words, 2) < 0)
			return -ERR_REFUSED;
		done = json_is_true(json_object_get(reply, "done"));
		if (done)
			*verdict = json_incref(json_object_get(reply, "verdict"));
		json_decref(reply);
	}
	if (done)
		return status_of(*verdict);
	fprintf(stderr, "%s: %s: no verdict within %ld s\n", s->program, socket, s->timeout_s);
	return -ERR_REFUSED;
}

long
submit_ask(const struct submit *s, const char *socket, const char *feed, json_t **reply)
{
	char *path = realpath(s->file, NULL);
	const char *const words[] = {"dry-run", feed, path};
	json_t *started;
	json_int_t id;
	int rc;

	*reply = NULL;
	if (!path || strpbrk(path, " \n")) {
		fprintf(stderr, "%s: %s: %s\n", s->program, s->file,
		    path ? "a path with a space in it" : err_text(-errno));
		free(path);
		return -ERR_REFUSED;
	}
	rc = hub_ask(&started, s->program, socket, words, 3);
	free(path);
	if (rc < 0)
		return -ERR_REFUSED;
	id = json_get_number(started, "id");
	json_decref(started);
	return wait_for(s, socket, id, reply);
}

static void
print_numbers(const json_t *o)
{
	printf("%" JSON_INTEGER_FORMAT " added, %" JSON_INTEGER_FORMAT
	       " removed, %" JSON_INTEGER_FORMAT " changed",
	    json_get_number(o, "added"), json_get_number(o, "removed"),
	    json_get_number(o, "changed"));
}

static void
print_names(const json_t *change, const char *kind, char sign)
{
	json_t *names = json_object_get(json_object_get(change, "names"), kind), *name;
	json_int_t all = json_get_number(change, kind);
	size_t i;

	json_array_foreach(names, i, name) printf("        %c %s\n", sign, json_string_value(name));
	if (names && all > (json_int_t)json_array_size(names))
		printf("        %c ... and %" JSON_INTEGER_FORMAT " more\n", sign,
		    all - (json_int_t)json_array_size(names));
}

static const json_t *
find(const json_t *changes, const char *suffix)
{
	json_t *c;
	size_t i;

	json_array_foreach(
	    changes, i, c) if (strcmp(json_get_text(c, "suffix"), suffix) == 0) return c;
	return NULL;
}

static void
print_parts(const json_t *changes, const json_t *parts)
{
	json_t *suffix;
	size_t i;

	json_array_foreach(parts, i, suffix)
	{
		const json_t *c = find(changes, json_string_value(suffix));

		if (!c)
			continue;
		printf("    %s: ", json_get_text(c, "suffix"));
		print_numbers(c);
		putchar('\n');
		print_names(c, "added", '+');
		print_names(c, "removed", '-');
		print_names(c, "changed", '~');
	}
}

static void
print_keys(const json_t *keys)
{
	json_t *k;
	size_t i;

	printf("version %" JSON_INTEGER_FORMAT " of the keys: %" JSON_INTEGER_FORMAT
	       " of these must sign:\n",
	    json_get_number(keys, "version"), json_get_number(keys, "threshold"));
	json_array_foreach(json_object_get(keys, "keys"), i, k)
	    printf("    %s\n", json_string_value(k));
}

void
submit_print_changes(const json_t *reply)
{
	const json_t *changes = json_object_get(reply, "changes"), *g, *nobody;
	size_t i;

	if (!json_is_true(json_object_get(reply, "dry_run")))
		return;
	if (json_is_object(json_object_get(reply, "keys")))
		print_keys(json_object_get(reply, "keys"));
	json_array_foreach(json_object_get(reply, "registries"), i, g)
	{
		printf("%s: ", json_get_text(g, "name"));
		print_numbers(g);
		putchar('\n');
		print_parts(changes, json_object_get(g, "parts"));
	}
	nobody = json_object_get(reply, "nobody");
	if (json_array_size(nobody))
		printf("nobody receives these:\n");
	print_parts(changes, nobody);
	printf("in all: ");
	print_numbers(json_object_get(reply, "total"));
	printf("%s; this was a dry run, nothing has changed\n",
	    json_is_true(json_object_get(reply, "shortened")) ? "; not all is shown" : "");
}
