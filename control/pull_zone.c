#include "control/pull_zone.h"

#include "base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <ldns/ldns.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_SOA   6
#define TYPE_TXT   16
#define NODE_BYTES 64 /* of a tree and its allocations, about */

/* A record as one string of bytes, in wire form: what a tree of them is ordered by. */
struct change {
	size_t len;
	uint8_t wire[];
};

static int
compare(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->wire, y->wire, x->len);
}

static struct change *
change_of(const struct zone_rr *rr)
{
	size_t len = rr->owner_len + 10u + rr->rdata_len;
	struct change *c = malloc(sizeof(*c) + len);
	uint8_t *p;

	if (!c)
		return NULL;
	c->len = len;
	p = c->wire;
	memcpy(p, rr->owner, rr->owner_len);
	p += rr->owner_len;
	put16(p, rr->type);
	put16(p + 2, 1); /* IN */
	put32(p + 4, rr->ttl);
	put16(p + 8, rr->rdata_len);
	memcpy(p + 10, rr->rdata, rr->rdata_len);
	return c;
}

/* Takes c out of a tree, if it is there. */
static bool
take_out(void **tree, const struct change *c)
{
	void *found = tfind(c, tree, compare);
	struct change *old;

	if (!found)
		return false;
	old = *(struct change **)found;
	tdelete(c, tree, compare);
	free(old);
	return true;
}

/* What goes and comes again, in several differences behind each other, is no change. */
static int
note(struct pull_zone *z, enum pull_side side, const struct zone_rr *rr)
{
	void **here = side == PULL_DELETE ? &z->gone : &z->come;
	void **there = side == PULL_DELETE ? &z->come : &z->gone;
	struct change *c;
	void *at;

	if (!z->old)
		return -ERR_FORMAT;
	c = change_of(rr);
	if (!c)
		return -ENOMEM;
	z->bytes += c->len + NODE_BYTES;
	if (z->bytes > PULL_CHANGE_BYTES) {
		free(c);
		return -ERR_LIMIT;
	}
	if (take_out(there, c)) {
		free(c);
		return 0;
	}
	at = tsearch(c, here, compare);
	if (!at || *(struct change **)at != c)
		free(c);
	return at ? 0 : -ENOMEM;
}

static int
write_wire(FILE *to, const uint8_t *wire, size_t len)
{
	ldns_rr *rr = NULL;
	size_t at = 0;
	char *text = NULL;

	if (ldns_wire2rr(&rr, wire, len, &at, LDNS_SECTION_ANSWER) == LDNS_STATUS_OK)
		text = ldns_rr2str(rr);
	if (text)
		fputs(text, to);
	free(text);
	ldns_rr_free(rr);
	return text ? 0 : -ERR_FORMAT;
}

/* RFC 1035 5.1, inside quotes. */
static int
write_strings(FILE *to, const struct zone_rr *rr)
{
	size_t at = 0;

	while (at < rr->rdata_len) {
		size_t len = rr->rdata[at++];

		if (len > rr->rdata_len - at)
			return -ERR_FORMAT;
		fputs(" \"", to);
		for (size_t end = at + len; at < end; at++) {
			uint8_t c = rr->rdata[at];

			if (c < ' ' || c >= 0x7f)
				fprintf(to, "\\%03u", c);
			else
				fprintf(to, c == '"' || c == '\\' ? "\\%c" : "%c", c);
		}
		fputc('"', to);
	}
	fputc('\n', to);
	return rr->rdata_len ? 0 : -ERR_FORMAT;
}

static int
write_record(FILE *to, const struct zone_rr *rr)
{
	char owner[NAME_TEXT_MAX];
	struct change *c;
	int rc;

	if (rr->type == TYPE_TXT) { /* nearly all are: much faster than by way of ldns */
		name_to_text(owner, rr->owner);
		fprintf(to, "%s. %" PRIu32 " IN TXT", owner, rr->ttl);
		return write_strings(to, rr);
	}
	c = change_of(rr);
	rc = c ? write_wire(to, c->wire, c->len) : -ENOMEM;
	free(c);
	return rc;
}

int
pull_zone_record(void *ctx, enum pull_side side, const struct zone_rr *rr)
{
	struct pull_zone *z = ctx;
	int rc;

	if (side == PULL_DELETE || side == PULL_INSERT)
		return note(z, side, rr);
	rc = write_record(z->to, rr);
	return rc == 0 && ferror_unlocked(z->to) ? -EIO : rc;
}

static int
write_kept(struct pull_zone *z)
{
	struct zone_rr *rr = malloc(sizeof(*rr));
	int rc = rr ? 1 : -ENOMEM;

	while (rc > 0 && (rc = zone_file_next(z->old)) > 0) {
		struct change *c;
		int read = zone_file_record(z->old, rr);

		if (read == 0 && rr->type == TYPE_SOA)
			continue;
		c = read == 0 ? change_of(rr) : NULL;
		if (!c)
			rc = read < 0 ? read : -ENOMEM;
		else if (!take_out(&z->gone, c) && write_record(z->to, rr) < 0)
			rc = -ERR_FORMAT;
		free(c);
	}
	free(rr);
	return rc;
}

/* One that cannot be written is missed by the digest. */
static void
write_new(const void *node, VISIT visit, void *to)
{
	const struct change *c = *(struct change *const *)node;

	if (visit == postorder || visit == leaf)
		write_wire(to, c->wire, c->len);
}

int
pull_zone_finish(struct pull_zone *z, enum pull_kind kind)
{
	int rc = 0;

	if (kind == PULL_IXFR) {
		rc = write_kept(z);
		if (rc == 0 && z->gone)
			rc = -ERR_RANGE;
		if (rc == 0)
			twalk_r(z->come, write_new, z->to);
	}
	if (rc == 0 && (fflush(z->to) != 0 || ferror(z->to)))
		rc = -EIO;
	return rc;
}

void
pull_zone_free(struct pull_zone *z)
{
	tdestroy(z->gone, free);
	tdestroy(z->come, free);
	z->gone = z->come = NULL;
}
