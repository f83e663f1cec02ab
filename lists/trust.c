#include "lists/trust.h"

#include "base/date.h"
#include "base/err.h"
#include "lists/sign.h"

#include <errno.h>
#include <inttypes.h>

#define TIME_TEXT_MAX 32

int
trust_add(struct trust *t, const struct public_key *k)
{
	for (size_t i = 0; i < t->n; i++)
		if (public_key_same(&t->key[i], k))
			return -EEXIST;
	if (t->n == TRUST_KEYS_MAX)
		return -ERR_FULL;
	t->key[t->n++] = *k;
	return 0;
}

unsigned
trust_missing(const struct trust *t, uint64_t signers)
{
	unsigned have = (unsigned)__builtin_popcountll(signers);

	return have < t->threshold ? t->threshold - have : 0;
}

static const char *
time_text(char out[TIME_TEXT_MAX], int64_t t)
{
	char day[DATE_TEXT_MAX];
	int64_t s = t % 86400;

	if (t < 0 || t / 86400 > DAY_MAX) {
		snprintf(out, TIME_TEXT_MAX, "%" PRId64, t);
		return out;
	}
	date_format(day, (int32_t)(t / 86400));
	snprintf(out, TIME_TEXT_MAX, "%s %02d:%02d:%02d UTC", day, (int)(s / 3600),
	    (int)(s / 60 % 60), (int)(s % 60));
	return out;
}

struct look {
	const struct trust *t;
	const struct apex *a;
	const struct apex_record *zonemd;
	int64_t now;
	const char *where;
	struct reasons *reasons;
	uint64_t signers;
};

/* The pinned key that made the signature; -1: none, *candidates says how many had its tag. */
static int
find_key(const struct look *l, const struct signature *s, const struct apex_record *r,
    unsigned *candidates)
{
	*candidates = 0;
	for (size_t i = 0; i < l->t->n; i++) {
		const struct public_key *k = &l->t->key[i];

		if (k->tag != s->tag || k->algorithm != s->algorithm)
			continue;
		++*candidates;
		if (signature_verify(s, r, l->a, l->zonemd, k))
			return (int)i;
	}
	return -1;
}

static enum reason_code
say_unknown(const struct look *l, const struct signature *s, unsigned candidates)
{
	const char *algorithm = key_algorithm_text(s->algorithm);

	if (candidates) {
		reasons_add(l->reasons, REASON_SIGNATURE_BAD, l->where, 0,
		    "the signature with key tag %u (%s) does not verify", s->tag, algorithm);
		return REASON_SIGNATURE_BAD;
	}
	reasons_add(l->reasons, REASON_KEY_UNKNOWN, l->where, 0,
	    "signed by a key that is not pinned: key tag %u, algorithm %u (%s)", s->tag,
	    s->algorithm, algorithm ? algorithm : "not supported");
	return REASON_KEY_UNKNOWN;
}

/* A signature that verifies: its times, and whether its key has been counted. */
static enum reason_code
judge_times(const struct look *l, const struct signature_found *f)
{
	const struct public_key *k = &l->t->key[f->key];
	enum reason_code verdict = REASON_CODES;
	char at[TIME_TEXT_MAX];

	if (l->now < f->inception || f->inception > f->expiration) {
		verdict = REASON_NOT_YET;
		reasons_add(l->reasons, verdict, l->where, 0,
		    "the signature of %s (key tag %u) is valid only from %s", k->name, k->tag,
		    time_text(at, f->inception));
	} else if (l->now > f->expiration) {
		verdict = REASON_EXPIRED;
		reasons_add(l->reasons, verdict, l->where, 0,
		    "the signature of %s (key tag %u) expired on %s", k->name, k->tag,
		    time_text(at, f->expiration));
	} else if (l->signers & UINT64_C(1) << f->key) {
		verdict = REASON_SIGNATURE_TWICE;
		reasons_add(l->reasons, verdict, l->where, 0,
		    "%s (key tag %u) signed more than once and counts once", k->name, k->tag);
	}
	return verdict;
}

static enum reason_code
judge(const struct look *l, const struct apex_record *r, struct signature_found *f)
{
	struct signature s;
	unsigned candidates;

	*f = (struct signature_found){.key = -1};
	if (signature_parse(&s, r) < 0) {
		reasons_add(l->reasons, REASON_SIGNATURE_FORM, l->where, 0,
		    "an RRSIG over ZONEMD that breaks its form");
		return REASON_SIGNATURE_FORM;
	}
	f->algorithm = s.algorithm;
	f->tag = s.tag;
	f->inception = signature_time(s.inception, l->now);
	f->expiration = signature_time(s.expiration, l->now);
	if (!signature_fits(&s, l->a, l->zonemd)) {
		reasons_add(l->reasons, REASON_SIGNATURE_FORM, l->where, 0,
		    "the signature with key tag %u has labels, TTL or signer's name that are not "
		    "the zone's",
		    s.tag);
		return REASON_SIGNATURE_FORM;
	}
	f->key = find_key(l, &s, r, &candidates);
	return f->key < 0 ? say_unknown(l, &s, candidates) : judge_times(l, f);
}

uint64_t
trust_signers(const struct trust *t, const struct apex *a, const struct apex_record *zonemd,
    int64_t now, const char *where, struct signature_found *found, size_t *n,
    struct reasons *reasons)
{
	struct look l = {t, a, zonemd, now, where, reasons, 0};
	struct signature_found f;
	size_t seen = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (!apex_is_signature(&a->record[i]))
			continue;
		if (seen == TRUST_SIGNATURES_MAX) {
			reasons_add(reasons, REASON_SIGNATURE_FORM, where, 0,
			    "more than %d signatures; the rest is not looked at",
			    TRUST_SIGNATURES_MAX);
			break;
		}
		f.verdict = judge(&l, &a->record[i], &f);
		if (f.verdict == REASON_CODES)
			l.signers |= UINT64_C(1) << f.key;
		if (found)
			found[seen] = f;
		seen++;
	}
	if (n)
		*n = seen;
	return l.signers;
}
