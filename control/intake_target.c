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

int
intake_target_parse(struct intake_target *t, const char *target)
{
	static const char before[] = "/v1/feeds/", update[] = "/updates/", keys[] = "/keys/";
	const char *at = target;
	uint64_t serial;
	size_t len;

	if (strncmp(at, before, sizeof(before) - 1) != 0)
		return -ERR_UNKNOWN;
	at += sizeof(before) - 1;
	len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (!len || len >= sizeof(t->feed))
		return -ERR_UNKNOWN;
	memcpy(t->feed, at, len);
	t->feed[len] = '\0';
	at += len;
	t->is_keys = strncmp(at, keys, sizeof(keys) - 1) == 0;
	if (!t->is_keys && strncmp(at, update, sizeof(update) - 1) != 0)
		return -ERR_UNKNOWN;
	at += (t->is_keys ? sizeof(keys) : sizeof(update)) - 1;
	at = number(at, UINT32_MAX, &serial);
	t->is_dry = at && strcmp(at, "?dry-run") == 0;
	if (!at || (*at && !t->is_dry))
		return -ERR_UNKNOWN;
	t->serial = (uint32_t)serial;
	return 0;
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
