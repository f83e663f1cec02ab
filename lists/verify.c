#include "lists/verify.h"

#include "base/err.h"
#include "lists/verify_zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void
begin(struct verify *v)
{
	v->state = VERIFY_REFUSED;
	v->missing = 0;
	v->signers = UINT64_MAX;
	v->until = INT64_MAX;
	v->names = v->parts = 0;
}

static struct zone_scan
scan_of(struct verify *v, FILE *f, const char *where)
{
	return (struct zone_scan){.f = f,
	    .where = where,
	    .reasons = &v->reasons,
	    .records_max = v->records_max,
	    .spill_fd = v->spill_fd};
}

/* Behind the feed's label. */
static bool
is_hub(const struct trust *t, const uint8_t *base, size_t len)
{
	size_t feed = base[0] + 1u;

	return !t->hub_len ||
	       (len - feed == t->hub_len && !memcmp(base + feed, t->hub, t->hub_len));
}

/* base: feed.hub, as the manifest or the part itself says. */
static void
check_base(struct verify *v, const uint8_t *base, size_t len, const char *where)
{
	const struct trust *t = v->trust;
	char text[NAME_TEXT_MAX];

	name_to_text(text, base);
	if (t->feed[0] && (base[0] != strlen(t->feed) || memcmp(base + 1, t->feed, base[0]) != 0))
		reasons_add(&v->reasons, REASON_FEED, where, 0,
		    "is of feed %.*s; the keys are those of %s", base[0], text, t->feed);
	else if (!is_hub(t, base, len))
		reasons_add(&v->reasons, REASON_HUB, where, 0, "%s is of another hub", text);
}

/* A part's origin must be suffix.feed.hub, by its member's name and the manifest. */
static void
check_origin(struct verify *v, const struct apex *a, const struct zone_verdict *z)
{
	const struct manifest *m = &v->manifest;
	size_t relative = z->suffix_len - 1u, hub = m->base_len - m->base[0] - 1u;
	char origin[NAME_TEXT_MAX];

	if (a->origin_len == relative + m->base_len && !memcmp(a->origin, z->suffix, relative) &&
	    !memcmp(a->origin + relative, m->base, m->base_len))
		return;
	name_to_text(origin, a->origin);
	if (name_is_under(a->origin, a->origin_len, m->base, m->base_len))
		reasons_add(&v->reasons, REASON_SUFFIX, z->where, 0,
		    "the zone is %s: of another suffix", origin);
	else if (name_is_under(a->origin, a->origin_len, m->base + m->base[0] + 1, hub))
		reasons_add(&v->reasons, REASON_FEED, z->where, 0,
		    "the zone is %s: of another feed", origin);
	else
		reasons_add(
		    &v->reasons, REASON_HUB, z->where, 0, "the zone is %s: of another hub", origin);
}

static void
check_listed(struct verify *v, const struct zone_verdict *z, struct manifest_part *p)
{
	p->is_seen = true;
	if (p->serial != z->serial)
		reasons_add(&v->reasons, REASON_PART_SERIAL, z->where, 0,
		    "has serial %" PRIu32 ", the manifest says %" PRIu32, z->serial, p->serial);
	if (memcmp(p->digest, z->digest, SHA384_BYTES) != 0)
		reasons_add(&v->reasons, REASON_PART_DIGEST, z->where, 0,
		    "is not the part that the manifest lists: another digest");
	if (p->names != z->names)
		reasons_add(&v->reasons, REASON_PART_NAMES, z->where, 0,
		    "has %" PRIu64 " names, the manifest says %" PRIu64, z->names, p->names);
}

struct manifest_scan {
	struct verify *v;
	struct zone_scan scan;
};

static int
take_listed(void *ctx, const struct record *r)
{
	struct manifest_scan *s = ctx;

	return manifest_take(&s->v->manifest, r, &s->scan);
}

/* Reads it whole, but believes it only when it is signed: *good then. */
static int
take_manifest(struct verify *v, const struct update_member *member, bool *good)
{
	struct zone_verdict z = {0};
	struct manifest_scan s = {.v = v, .scan = scan_of(v, member->f, member->name)};
	int rc;

	memcpy(z.where, member->name, sizeof(z.where));
	s.scan.sort = true;
	s.scan.body = take_listed;
	s.scan.ctx = &s;
	rc = zone_scan(&s.scan);
	if (rc == 0 && !reasons_have(&v->reasons, REASON_IS_FATAL) &&
	    manifest_finish(&v->manifest, &s.scan)) {
		if (v->manifest.is_keys)
			rc = verify_keys(v, &s.scan, &z);
		else if ((rc = verify_signatures(v, &s.scan, &z)) != 0)
			verify_serial(v, z.serial, z.where);
		if (rc > 0)
			check_base(v, v->manifest.base, v->manifest.base_len, z.where);
		*good = rc > 0;
	}
	zone_scan_free(&s.scan);
	return rc == -ERR_FORMAT || rc > 0 ? 0 : rc;
}

static int
take_part(struct verify *v, const struct update_member *member)
{
	struct zone_scan s = scan_of(v, member->f, member->name);
	struct manifest_part *listed =
	    manifest_find(&v->manifest, member->suffix, member->suffix_len);
	struct zone_verdict *z;
	int rc;

	if (!listed) {
		reasons_add(&v->reasons, REASON_PART_UNLISTED, member->name, 0,
		    "is not listed in the manifest");
		return 0;
	}
	z = calloc(1, sizeof(*z));
	if (!z)
		return -ENOMEM;
	memcpy(z->where, member->name, sizeof(z->where));
	memcpy(z->suffix, member->suffix, sizeof(z->suffix));
	z->suffix_len = member->suffix_len;
	listed->is_seen = true;
	rc = zone_scan(&s);
	if (rc == 0) {
		check_origin(v, s.apex, z);
		if (verify_signatures(v, &s, z)) {
			check_listed(v, z, listed);
			rc = verify_entries(
			    v, member->f, z, !reasons_have(&v->reasons, REASON_IS_FATAL));
		}
		v->parts++;
		v->names += z->names;
	}
	zone_scan_free(&s);
	free(z);
	return rc == -ERR_FORMAT ? 0 : rc;
}

static void
check_missing(struct verify *v)
{
	char name[REASON_WHERE_MAX];

	for (size_t i = 0; i < v->manifest.n; i++) {
		const struct manifest_part *p = &v->manifest.part[i];

		if (!p->is_seen && member_name(name, p->suffix, p->suffix_len) == 0)
			reasons_add(&v->reasons, REASON_PART_MISSING, name, 0,
			    "is listed in the manifest and not there");
	}
}

static int
take_members(struct verify *v, struct update *u)
{
	struct update_member member;
	bool good = false;
	int rc = update_next(u, &member);

	if (rc > 0)
		rc = take_manifest(v, &member, &good);
	if (rc < 0 || !good)
		return rc;
	if (v->listed)
		rc = v->listed(v->ctx, &v->manifest, member.f);
	while (rc >= 0 && (rc = update_next(u, &member)) > 0)
		rc = take_part(v, &member);
	if (rc == 0)
		check_missing(v);
	return rc;
}

int
update_verify(struct verify *v, int fd)
{
	struct update *u = NULL;
	int rc;

	begin(v);
	rc = update_open(&u, fd, v->scratch, &v->limits, &v->reasons);
	if (rc == 0)
		rc = take_members(v, u);
	update_close(u);
	if (rc < 0 && (rc != -ERR_FORMAT || !reasons_have(&v->reasons, REASON_IS_FATAL)))
		return rc;
	verify_decide(v);
	return 0;
}

int
manifest_verify(struct verify *v, FILE *f, const char *where)
{
	struct update_member m = {.f = f};
	bool good = false;
	int rc;

	begin(v);
	snprintf(m.name, sizeof(m.name), "%s", where);
	rc = take_manifest(v, &m, &good);
	if (rc == 0)
		verify_decide(v);
	return rc;
}

/* What a part says of itself, for one that comes alone. */
static void
check_alone(struct verify *v, const struct zone_verdict *z, const struct apex *a)
{
	size_t relative = z->meta.suffix_len - 1u;

	if (!z->meta.suffix_len || a->origin_len <= relative)
		return; /* said by the reader */
	check_base(v, a->origin + relative, a->origin_len - relative, z->where);
}

int
part_verify(struct verify *v, FILE *f, const char *where)
{
	struct zone_scan s = scan_of(v, f, where);
	struct zone_verdict z = {0};
	int rc;

	begin(v);
	snprintf(z.where, sizeof(z.where), "%s", where);
	rc = zone_scan(&s);
	if (rc == 0) {
		if (verify_signatures(v, &s, &z)) {
			verify_serial(v, z.serial, where);
			rc = verify_entries(v, f, &z, !reasons_have(&v->reasons, REASON_IS_FATAL));
			check_alone(v, &z, s.apex);
		}
		v->parts = 1;
		v->names = z.names;
	}
	zone_scan_free(&s);
	if (rc < 0 && rc != -ERR_FORMAT)
		return rc;
	verify_decide(v);
	return 0;
}
