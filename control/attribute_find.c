#include "control/attribute.h"

#include "base/date.h"
#include "base/err.h"
#include "lists/read.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define TIME_TEXT_MAX 32
#define DAY_S         86400

static const char *
time_text(char out[TIME_TEXT_MAX], uint64_t unix_s)
{
	unsigned of_day = (unsigned)(unix_s % DAY_S);
	char date[DATE_TEXT_MAX] = "9999-12-31";

	if (unix_s / DAY_S <= DAY_MAX)
		date_format(date, (int32_t)(unix_s / DAY_S));
	snprintf(out, TIME_TEXT_MAX, "%sT%02u:%02u:%02uZ", date, of_day / 3600, of_day / 60 % 60,
	    of_day % 60);
	return out;
}

static void
print_address(const struct attribute *a, const char *name, const uint8_t *address, int family)
{
	uint64_t slot = addrpool_slot(&a->pool, a->at_s);
	char text[INET6_ADDRSTRLEN], from[TIME_TEXT_MAX], until[TIME_TEXT_MAX];

	inet_ntop(family, address, text, sizeof(text));
	fprintf(a->to, "%s %s %s/%s\n", name, text, time_text(from, slot * a->pool.slot_s),
	    time_text(until, (slot + 1) * a->pool.slot_s));
}

enum attribute_exit
attribute_names(const struct attribute *a)
{
	uint64_t slot = addrpool_slot(&a->pool, a->at_s);

	for (size_t i = 0; i < a->names_n; i++) {
		uint8_t name[NAME_LEN_MAX], address[16];

		if (name_from_text(name, a->name[i], strlen(a->name[i])) < 0) {
			fprintf(
			    stderr, "%s: \"%s\" is not a domain name\n", a->program, a->name[i]);
			return ATTRIBUTE_ERROR;
		}
		if (a->pool.has_a) {
			addrpool_a(address, &a->pool, name, slot);
			print_address(a, a->name[i], address, AF_INET);
		}
		if (a->pool.has_aaaa) {
			addrpool_aaaa(address, &a->pool, name, slot);
			print_address(a, a->name[i], address, AF_INET6);
		}
	}
	return ATTRIBUTE_FOUND;
}

struct scan {
	const struct attribute *a;
	const char *path;
	uint64_t first, last; /* slots */
	uint64_t found;
};

static bool
is_in_force(const struct scan *s, const struct entry *e, uint64_t slot)
{
	int64_t begin = (int64_t)(slot * s->a->pool.slot_s);
	int64_t end = begin + s->a->pool.slot_s - 1;

	return (int64_t)e->from * DAY_S <= end && begin / DAY_S < e->until;
}

static int
on_entry(void *ctx, const struct entry *e)
{
	struct scan *s = ctx;
	const struct attribute *a = s->a;

	for (uint64_t slot = s->first; slot <= s->last; slot++) {
		char name[NAME_TEXT_MAX], from[TIME_TEXT_MAX], until[TIME_TEXT_MAX];
		uint8_t address[16];

		if (a->address_len == 4)
			addrpool_a(address, &a->pool, e->name, slot);
		else
			addrpool_aaaa(address, &a->pool, e->name, slot);
		if (memcmp(address, a->address, a->address_len) != 0 || !is_in_force(s, e, slot))
			continue;
		name_to_text(name, e->name);
		fprintf(a->to, "%s %s/%s\n", name, time_text(from, slot * a->pool.slot_s),
		    time_text(until, (slot + 1) * a->pool.slot_s));
		s->found++;
	}
	return 0;
}

static void
on_error(void *ctx, const struct list_error *e)
{
	struct scan *s = ctx;

	fprintf(stderr, "%s: %s:%" PRIu64 ":%" PRIu32 ": %s\n", s->a->program, s->path, e->line,
	    e->column, e->text);
}

enum attribute_exit
attribute_lists(const struct attribute *a)
{
	uint64_t earliest = a->at_s > a->ttl_s ? a->at_s - a->ttl_s : 0;
	struct scan s = {.a = a,
	    .first = addrpool_slot(&a->pool, earliest),
	    .last = addrpool_slot(&a->pool, a->at_s)};
	const struct list_sink sink = {.ctx = &s, .entry = on_entry, .error = on_error};

	for (size_t i = 0; i < a->lists_n; i++) {
		FILE *f = fopen(a->list[i], "re");
		int rc = -errno;

		s.path = a->list[i];
		if (f) {
			rc = list_read(f, s.path, LIST_AUTO, NULL, &sink);
			fclose(f);
		}
		if (rc < 0) {
			fprintf(stderr, "%s: %s: %s\n", a->program, s.path, err_text(rc));
			return ATTRIBUTE_ERROR;
		}
	}
	return s.found ? ATTRIBUTE_FOUND : ATTRIBUTE_NONE;
}
