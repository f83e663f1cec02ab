#include "control/pull_catalog.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_PTR 12
#define TYPE_TXT 16

/* Whether owner is the label word right below the origin. */
static bool
is_below(const struct pull_catalog *c, const uint8_t *owner, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len == n + c->origin_len && memcmp(owner, word, n) == 0 &&
	       memcmp(owner + n, c->origin, c->origin_len) == 0;
}

static void
take_version(struct pull_catalog *c, const struct zone_rr *rr)
{
	if (rr->rdata_len == 2 && memcmp(rr->rdata,
				      "\1"
				      "2",
				      2) == 0)
		c->versions++;
	else
		c->is_other = true;
}

static int
take_member(struct pull_catalog *c, const struct zone_rr *rr)
{
	struct pull_member *m;

	for (size_t i = 0; i < c->n; i++)
		if (c->member[i].owner_len == rr->owner_len &&
		    memcmp(c->member[i].owner, rr->owner, rr->owner_len) == 0)
			return -ERR_FORMAT;
	/* As text a byte of a name is at most four. */
	c->text_bytes += 4u * rr->rdata_len;
	if (c->n == c->max || c->text_bytes > PULL_MEMBERS_TEXT || rr->rdata_len > NAME_LEN_MAX)
		return -ERR_LIMIT;
	if (!c->member && !(c->member = calloc(c->max, sizeof(*c->member))))
		return -ENOMEM;
	m = &c->member[c->n++];
	memcpy(m->owner, rr->owner, rr->owner_len);
	m->owner_len = rr->owner_len;
	memcpy(m->name, rr->rdata, rr->rdata_len);
	m->len = (uint8_t)rr->rdata_len;
	return 0;
}

int
pull_catalog_record(void *ctx, enum pull_side side, const struct zone_rr *rr)
{
	struct pull_catalog *c = ctx;
	size_t label = 1u + rr->owner[0];

	if (side != PULL_WHOLE)
		return side == PULL_SOA ? 0 : -ERR_FORMAT;
	if (rr->type == TYPE_TXT && is_below(c, rr->owner, rr->owner_len, "\7version"))
		take_version(c, rr);
	if (rr->type == TYPE_PTR && label < rr->owner_len &&
	    is_below(c, rr->owner + label, rr->owner_len - label, "\5zones"))
		return take_member(c, rr);
	return 0;
}

int
pull_catalog_finish(const struct pull_catalog *c)
{
	return c->versions == 1 && !c->is_other ? 0 : -ERR_UNKNOWN;
}

void
pull_catalog_free(struct pull_catalog *c)
{
	free(c->member);
	c->member = NULL;
	c->n = 0;
}
