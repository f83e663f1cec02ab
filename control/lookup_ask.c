#include "control/lookup.h"

#include "control/ask.h"

#include <string.h>

static void
print_rule(const char *how, const json_t *r, FILE *to)
{
	const char *from = ask_text(r, "from"), *until = ask_text(r, "until");

	fprintf(to, "  %-8s %s by feed %s, policy %s: entry %s, %s%s%s%s\n", how,
	    ask_text(r, "action"), ask_text(r, "feed"), ask_text(r, "policy"), ask_text(r, "name"),
	    from, *from || *until ? "/" : "always", until,
	    json_is_true(json_object_get(r, "in-force")) ? "" : ", not in force");
	if (json_object_get(r, "comment"))
		fprintf(to, "           %s\n", ask_text(r, "comment"));
}

static void
print_answer(const json_t *a, FILE *to)
{
	static const char *const rcodes[] = {
	    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
	json_int_t rcode = ask_number(a, "rcode");
	const json_t *record;
	size_t i;

	if (!json_is_true(json_object_get(a, "answered"))) {
		fprintf(to, "  answer   none (%s)\n", ask_text(a, "way"));
		return;
	}
	fprintf(to, "  answer   %s (%s)\n", rcode >= 0 && rcode < 6 ? rcodes[rcode] : "?",
	    ask_text(a, "way"));
	json_array_foreach(json_object_get(a, "records"), i, record)
	    fprintf(to, "           %s\n", json_string_value(record));
}

static void
print_reply(const json_t *reply, FILE *to)
{
	const json_t *first = json_object_get(reply, "decided-by"), *r;
	const json_t *zone = json_object_get(reply, "static-zone");
	bool is_decided = zone != NULL;
	size_t i;

	fprintf(to, "%s on %s: %s\n", ask_text(reply, "name"), ask_text(reply, "day"),
	    first ? "listed" : zone ? "in a zone of our own" : "not listed");
	if (zone)
		fprintf(to, "  decides  static zone %s, serial %" JSON_INTEGER_FORMAT "\n",
		    ask_text(zone, "origin"),
		    json_integer_value(json_object_get(zone, "serial")));
	json_array_foreach(json_object_get(reply, "rules"), i, r)
	{
		bool decides = !is_decided && json_is_true(json_object_get(r, "in-force"));

		print_rule(decides ? "decides" : "also", r, to);
		is_decided = is_decided || decides;
	}
	print_answer(json_object_get(reply, "answer"), to);
}

static enum lookup_exit
ask_one(const struct lookup *l, const char *name)
{
	const char *const words[] = {"lookup", name, l->day_text};
	const json_t *first;
	json_t *reply;
	enum lookup_exit status = LOOKUP_ERROR;

	if (!*name || strpbrk(name, " \n")) { /* would not be one word */
		fprintf(stderr, "%s: \"%s\" is not a domain name\n", l->program, name);
		return LOOKUP_ERROR;
	}
	if (ask(&reply, l->program, l->socket, words, l->day_text ? 3 : 2) < 0)
		return LOOKUP_ERROR;
	if (ask_ok(reply, l->program)) {
		first = json_object_get(reply, "decided-by");
		status = first && strcmp(ask_text(first, "action"), "pass") != 0 ? LOOKUP_LISTED
										 : LOOKUP_NOT;
		if (l->is_json) {
			json_dumpf(reply, l->to, JSON_INDENT(2));
			fputc('\n', l->to);
		} else {
			print_reply(reply, l->to);
		}
	}
	json_decref(reply);
	return status;
}

enum lookup_exit
lookup_ask(const struct lookup *l)
{
	enum lookup_exit worst = LOOKUP_LISTED;

	for (size_t i = 0; i < l->names_n; i++) {
		enum lookup_exit one = ask_one(l, l->name[i]);

		worst = one > worst ? one : worst;
	}
	return worst;
}
