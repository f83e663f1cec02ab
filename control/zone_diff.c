#include "control/zone_diff.h"

#include "base/err.h"
#include "lists/name_order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINES_A_CALL 8192
#define GROUP_MAX    256         /* records of one owner */
#define GROUP_BYTES  (256 << 10) /* likewise */
#define TYPE_SOA     6

struct member { /* of a group: all but the owner, which is the group's */
	uint32_t ttl;
	uint16_t type, rdata_len;
	bool is_common;
	uint8_t *rdata;
};

struct side {
	struct zone_file *file;
	struct zone_rr head; /* the file's record at hand, if has_head */
	bool has_head, has_last;
	uint8_t last[NAME_LEN_MAX]; /* owner of the group before */
	struct member group[GROUP_MAX];
	unsigned n, at; /* members, and those that were given out */
	size_t bytes;
};

struct zone_diff {
	struct side side[2]; /* old, new */
	bool has_begun;
	uint8_t owner[NAME_LEN_MAX], owner_len; /* of the groups */
};

int
zone_diff_new(struct zone_diff **out, struct zone_file *old, struct zone_file *new)
{
	struct zone_diff *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->side[0].file = old;
	d->side[1].file = new;
	*out = d;
	return 0;
}

static void
clear(struct side *s)
{
	for (unsigned i = 0; i < s->n; i++)
		free(s->group[i].rdata);
	s->n = s->at = 0;
	s->bytes = 0;
}

void
zone_diff_free(struct zone_diff *d)
{
	if (!d)
		return;
	clear(&d->side[0]);
	clear(&d->side[1]);
	free(d);
}

static int
advance(struct side *s)
{
	int rc = zone_file_next(s->file);

	s->has_head = false;
	return rc < 0 ? rc : 0;
}

/* Parses the line at hand.  Its owner must not lie before that of the group before. */
static int
parse_head(struct side *s)
{
	int rc;

	if (s->has_head || !s->file->line)
		return 0;
	rc = zone_file_record(s->file, &s->head);
	if (rc < 0)
		return rc;
	if (s->has_last && name_order(s->head.owner, s->last) < 0)
		return -ERR_RANGE;
	s->has_head = true;
	return 0;
}

static int
keep(struct side *s)
{
	struct member *m = &s->group[s->n];

	if (s->n == GROUP_MAX || s->bytes + s->head.rdata_len > GROUP_BYTES)
		return -ERR_LIMIT;
	m->rdata = malloc(s->head.rdata_len + 1u);
	if (!m->rdata)
		return -ENOMEM;
	memcpy(m->rdata, s->head.rdata, s->head.rdata_len);
	m->rdata_len = s->head.rdata_len;
	m->type = s->head.type;
	m->ttl = s->head.ttl;
	m->is_common = s->head.type == TYPE_SOA;
	s->bytes += s->head.rdata_len;
	s->n++;
	return 0;
}

/* Takes all records of d->owner off one side. */
static int
collect(struct zone_diff *d, struct side *s)
{
	int rc = 0;

	memcpy(s->last, d->owner, d->owner_len);
	s->has_last = true;
	while (rc == 0 && s->file->line) {
		rc = parse_head(s);
		if (rc < 0 || s->head.owner_len != d->owner_len ||
		    memcmp(s->head.owner, d->owner, d->owner_len) != 0)
			break;
		rc = keep(s);
		rc = rc < 0 ? rc : advance(s);
	}
	return rc;
}

static bool
is_same(const struct member *a, const struct member *b)
{
	return a->type == b->type && a->ttl == b->ttl && a->rdata_len == b->rdata_len &&
	       memcmp(a->rdata, b->rdata, a->rdata_len) == 0;
}

static void
match(struct side *old, struct side *new)
{
	for (unsigned i = 0; i < old->n; i++)
		for (unsigned k = 0; k < new->n && !old->group[i].is_common; k++)
			if (!new->group[k].is_common && is_same(&old->group[i], &new->group[k]))
				old->group[i].is_common = new->group[k].is_common = true;
}

/* Collects the groups of the owner that comes first.  Both sides are not at their end. */
static int
next_groups(struct zone_diff *d)
{
	struct side *old = &d->side[0], *new = &d->side[1];
	const struct zone_rr *first;
	int rc, order;

	clear(old);
	clear(new);
	rc = parse_head(old);
	rc = rc < 0 ? rc : parse_head(new);
	if (rc < 0)
		return rc;
	if (!old->file->line)
		order = 1;
	else if (!new->file->line)
		order = -1;
	else
		order = name_order(old->head.owner, new->head.owner);
	first = order <= 0 ? &old->head : &new->head;
	memcpy(d->owner, first->owner, first->owner_len);
	d->owner_len = first->owner_len;
	if (order <= 0)
		rc = collect(d, old);
	if (rc == 0 && order >= 0)
		rc = collect(d, new);
	if (rc == 0)
		match(old, new);
	return rc;
}

static bool
give(struct zone_diff *d, struct zone_rr *rr, bool *is_new)
{
	for (int i = 0; i < 2; i++) {
		struct side *s = &d->side[i];

		while (s->at < s->n) {
			const struct member *m = &s->group[s->at++];

			if (m->is_common)
				continue;
			memcpy(rr->owner, d->owner, d->owner_len);
			rr->owner_len = d->owner_len;
			rr->type = m->type;
			rr->ttl = m->ttl;
			rr->rdata_len = m->rdata_len;
			memcpy(rr->rdata, m->rdata, m->rdata_len);
			*is_new = i == 1;
			return true;
		}
	}
	return false;
}

/* Whether both files have the same line at hand, with the same meaning. */
static bool
is_same_line(const struct zone_file *a, const struct zone_file *b)
{
	return a->line && b->line && a->line_len == b->line_len && a->ttl == b->ttl &&
	       a->origin_len == b->origin_len && !memcmp(a->line, b->line, a->line_len) &&
	       !memcmp(a->origin, b->origin, a->origin_len);
}

int
zone_diff_next(struct zone_diff *d, struct zone_rr *rr, bool *is_new)
{
	struct side *old = &d->side[0], *new = &d->side[1];
	int rc = 0;

	if (!d->has_begun) {
		rc = advance(old);
		rc = rc < 0 ? rc : advance(new);
		d->has_begun = true;
	}
	for (unsigned lines = 0; rc == 0 && lines < LINES_A_CALL; lines++) {
		if (give(d, rr, is_new))
			return 1;
		if (!old->file->line && !new->file->line)
			return 0;
		if (is_same_line(old->file, new->file)) {
			rc = advance(old);
			rc = rc < 0 ? rc : advance(new);
		} else {
			rc = next_groups(d);
		}
	}
	return rc < 0 ? rc : -EAGAIN;
}
