#include "lists/verify_zone.h"

#include "base/err.h"
#include "base/serial.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int
latest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

/* The last second at which as many as the threshold are still alive. */
static int64_t
alive_until(const struct verify *v, const struct zone_verdict *z, const struct verify_quorum *q)
{
	int64_t ends[TRUST_SIGNATURES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < z->found_n; i++)
		if (z->found[i].verdict == REASON_CODES && q->keys >> z->found[i].key & 1)
			ends[n++] = z->found[i].expiration;
	qsort(ends, n, sizeof(ends[0]), latest_first);
	return n >= q->threshold ? ends[q->threshold - 1] : v->now;
}

void
verify_quorum(struct verify *v, const struct zone_verdict *z, const struct verify_quorum *q)
{
	unsigned have = (unsigned)__builtin_popcountll(z->signers & q->keys);
	unsigned missing = have < q->threshold ? q->threshold - have : 0;
	int64_t until = alive_until(v, z, q);

	v->until = until < v->until ? until : v->until;
	v->missing = missing > v->missing ? missing : v->missing;
	if (missing)
		reasons_add(&v->reasons, REASON_SIGNATURE_FEW, z->where, 0,
		    "signed by %u of the %u %s that are needed", have, q->threshold, q->kind);
}

void
verify_describe(struct zone_verdict *z, const struct zone_scan *s)
{
	z->serial = s->apex->serial;
	z->names = s->body_records;
	memcpy(z->digest, s->digest, SHA384_BYTES);
}

void
verify_nobody(struct verify *v, const struct zone_verdict *z)
{
	v->missing = v->trust->threshold > v->missing ? v->trust->threshold : v->missing;
	v->until = v->now < v->until ? v->now : v->until;
	reasons_add(&v->reasons, REASON_SIGNATURE_NONE, z->where, 0,
	    "no signature of a pinned key counts; %u are needed", v->trust->threshold);
}

bool
verify_signatures(struct verify *v, const struct zone_scan *s, struct zone_verdict *z)
{
	const struct apex_record *zonemd = zone_scan_zonemd(s);

	verify_describe(z, s);
	if (!zonemd)
		return false;
	z->signers = trust_signers(
	    v->trust, s->apex, zonemd, v->now, z->where, z->found, &z->found_n, &v->reasons);
	v->signers &= z->signers;
	if (z->signers)
		verify_quorum(
		    v, z, &(struct verify_quorum){UINT64_MAX, v->trust->threshold, "keys"});
	else
		verify_nobody(v, z);
	return z->signers != 0;
}

struct reading {
	struct verify *v;
	struct zone_verdict *z;
	bool calls;
	int rc; /* of a callback */
};

static int
take_meta(void *ctx, const struct list_meta *m)
{
	struct reading *r = ctx;

	r->z->meta = *m;
	return 0;
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct reading *r = ctx;

	if (r->calls && r->v->entry)
		r->rc = r->v->entry(r->v->ctx, r->z, e);
	return r->rc;
}

static void
take_error(void *ctx, const struct list_error *e)
{
	struct reading *r = ctx;

	reasons_add(&r->v->reasons, REASON_SYNTAX, r->z->where, e->line, "%s", e->text);
}

int
verify_entries(struct verify *v, FILE *f, struct zone_verdict *z, bool calls)
{
	struct reading r = {v, z, calls, 0};
	const struct list_sink sink = {&r, take_entry, take_meta, take_error};
	const struct list_limits limits = {.entries_max = v->records_max};
	uint64_t before = v->reasons.count[REASON_SYNTAX];
	int rc;

	rewind(f);
	rc = list_read(f, z->where, LIST_ZONE, &limits, &sink);
	if (rc < 0 && (r.rc || v->reasons.count[REASON_SYNTAX] == before))
		return rc;
	if (rc < 0 || !calls || !v->part)
		return 0;
	rewind(f);
	return v->part(v->ctx, z, f);
}

void
verify_serial(struct verify *v, uint32_t serial, const char *where)
{
	uint32_t gap = serial - v->serial;

	if (!v->has_serial || serial_newer(serial, v->serial))
		return;
	if (gap == 0)
		reasons_add(&v->reasons, REASON_SERIAL_SAME, where, 0,
		    "serial %" PRIu32 " is in force already", serial);
	else if (serial > v->serial || gap == UINT32_C(1) << 31)
		reasons_add(&v->reasons, REASON_SERIAL_GAP, where, 0,
		    "serial %" PRIu32 " is %" PRIu32 " ahead of the one in force, %" PRIu32
		    "; from 2^31 on it is not newer (RFC 1982)",
		    serial, gap, v->serial);
	else
		reasons_add(&v->reasons, REASON_SERIAL_ROLLBACK, where, 0,
		    "serial %" PRIu32 " is older than the one in force, %" PRIu32, serial,
		    v->serial);
}

void
verify_decide(struct verify *v)
{
	const struct reasons *r = &v->reasons;

	v->state = VERIFY_VALID;
	if (reasons_have(r, REASON_IS_MISSING))
		v->state = reasons_have(r, REASON_IS_SIGNATURE) ? VERIFY_REFUSED : VERIFY_WAITING;
	if (reasons_have(r, REASON_IS_FATAL))
		v->state = VERIFY_REFUSED;
	if (v->state != VERIFY_VALID)
		v->until = 0;
}

const char *
verify_state_text(enum verify_state state)
{
	return (const char *const[]){"valid", "waiting", "refused"}[state];
}

void
verify_free(struct verify *v)
{
	manifest_free(&v->manifest);
	reasons_free(&v->reasons);
}
