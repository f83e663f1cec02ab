#include "control/intake_target.h"

#include "base/err.h"

#include <string.h>

/* Reads digits, no leading zero; returns where they end, NULL if there are none or too many. */
static const char *
number(const char *at, uint64_t max, uint64_t *out)
{
	const char *begin = at;

	*out = 0;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (at - begin > 18)
			return NULL;
		*out = *out * 10 + (uint64_t)(*at - '0');
	}
	if (at == begin || (*begin == '0' && at - begin > 1) || *out > max)
		return NULL;
	return at;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

static const char *
take_feed(struct intake_target *t, const char *at)
{
	size_t len = strspn(at, LETTERS);

	if (!len || len >= sizeof(t->feed))
		return NULL;
	memcpy(t->feed, at, len);
	t->feed[len] = '\0';
	return at + len;
}

static const char *
take_serial(struct intake_target *t, const char *at)
{
	uint64_t serial;

	at = number(at, UINT32_MAX, &serial);
	t->serial = (uint32_t)serial;
	return at;
}

static const char *
take_zone(struct intake_target *t, const char *at)
{
	size_t len = strspn(at, LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.");
	int n = len ? name_from_text(t->zone, at, len) : -ERR_NAME;

	t->zone_len = n < 0 ? 0 : (uint8_t)n;
	return n < 0 ? NULL : at + len;
}

static const struct {
	const char *pattern; /* a field stands for its letters */
	enum intake_route route;
	bool is_keys;
} routes[] = {
    {"/v1/feeds/{feed}/updates/{serial}", ROUTE_UPDATE, false},
    {"/v1/feeds/{feed}/updates/{serial}?dry-run", ROUTE_DRY_RUN, false},
    {"/v1/feeds/{feed}/keys/{serial}", ROUTE_UPDATE, true},
    {"/v1/feeds/{feed}/keys/{serial}?dry-run", ROUTE_DRY_RUN, true},
    {"/v1/zones", ROUTE_ZONES, false},
    {"/v1/zones/{zone}", ROUTE_ZONE, false},
    {"/v1/zones/{zone}/delta?from={serial}", ROUTE_DELTA, false},
    {"/v1/zones/{zone}/proof", ROUTE_PROOF, false},
    {"/v1/receipts", ROUTE_RECEIPT, false},
};

static const struct {
	const char *name;
	const char *(*take)(struct intake_target *t, const char *at); /* where it ends, or NULL */
} fields[] = {{"{feed}", take_feed}, {"{serial}", take_serial}, {"{zone}", take_zone}};

static const char *
take_field(struct intake_target *t, const char **pattern, const char *at)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t len = strlen(fields[i].name);

		if (strncmp(*pattern, fields[i].name, len) == 0) {
			*pattern += len;
			return fields[i].take(t, at);
		}
	}
	return NULL;
}

static bool
matches(struct intake_target *t, const char *pattern, const char *at)
{
	while (at && *pattern) {
		if (*pattern == '{')
			at = take_field(t, &pattern, at);
		else if (*pattern++ != *at++)
			return false;
	}
	return at && !*at;
}

int
intake_target_parse(struct intake_target *t, const char *target)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		*t = (struct intake_target){.route = routes[i].route,
		    .is_keys = routes[i].is_keys,
		    .is_dry = routes[i].route == ROUTE_DRY_RUN};
		if (matches(t, routes[i].pattern, target))
			return 0;
	}
	return -ERR_UNKNOWN;
}

int
intake_range_parse(struct intake_range *r, const char *text)
{
	static const char unit[] = "bytes ";
	const char *at = text;

	if (strncmp(at, unit, sizeof(unit) - 1) != 0)
		return -ERR_FORMAT;
	at = number(at + sizeof(unit) - 1, INT64_MAX, &r->from);
	if (!at || *at != '-')
		return -ERR_FORMAT;
	at = number(at + 1, INT64_MAX, &r->to);
	if (!at || *at != '/')
		return -ERR_FORMAT;
	at = number(at + 1, INT64_MAX, &r->total);
	return at && !*at && r->from <= r->to && r->to < r->total ? 0 : -ERR_FORMAT;
}
