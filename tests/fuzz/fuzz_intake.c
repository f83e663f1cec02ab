/* fuzz_intake: what strangers write into a request's target and Content-Range. */
#include "control/intake_target.h"

#include "lists/name.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);

static void
check_target(const struct intake_target *t)
{
	bool has_zone =
	    t->route == ROUTE_ZONE || t->route == ROUTE_DELTA || t->route == ROUTE_PROOF;
	uint8_t name[NAME_LEN_MAX];

	bool has_feed = t->route == ROUTE_UPDATE || t->route == ROUTE_DRY_RUN;

	/* A feed becomes part of a file's name. */
	if (has_feed != (*t->feed != '\0') || strpbrk(t->feed, "/.%"))
		abort();
	if (has_zone != (t->zone_len > 0) ||
	    (has_zone && name_canon(name, t->zone, t->zone_len) != t->zone_len))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	char *copy = malloc(len + 1);
	struct intake_target t;
	struct intake_range r;

	if (!copy)
		return 0;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (intake_target_parse(&t, copy) == 0)
		check_target(&t);
	if (intake_range_parse(&r, copy) == 0 && (r.from > r.to || r.to >= r.total))
		abort();
	free(copy);
	return 0;
}
