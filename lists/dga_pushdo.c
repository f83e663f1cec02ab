/* Pushdo of the kz domains: 30 names each for today, 30 days before and 14 days after.
 *
 * Quirk kept: its count of days never adds January and adds the current month.  Confirmed,
 * order included, for v1; v2 by our model only.  Source of the list:
 * baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

static const char *const suffixes[] = {"kz", NULL};
static const char *const versions[] = {"v1", "v2"};

#define DAYS_BEFORE     30
#define DAYS_AFTER      14
#define NAMES_AN_OFFSET 30

struct version {
	unsigned mask_e, mask;
	const char *first, *last; /* 19 and 15 consonants */
};

static const struct version version[] = {
    {7, 1, "bcdfghjklmnpqrstvwx", "zxtsrqpnmlkgfdc"},
    {8, 2, "kqbhcndjfwglpmzxrsv", "qzlbtgrnkxsfdcm"},
};

static uint32_t
day_number(struct date d)
{
	static const uint8_t month[12] = {0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	uint32_t year = (uint32_t)d.year, n = d.day + 365 * (year - year / 4) + 366 * (year / 4);

	for (unsigned m = 0; m < d.month; m++)
		n += month[m];
	return n + (d.month > 1 && year % 4 == 0);
}

static void
put_part(struct dga_label *l, const struct version *x, unsigned b)
{
	unsigned vowel = (uint8_t) "aeiou"[((b + 1) & 255) % 5];

	dga_put(l, (uint8_t)x->first[b % 19]);
	dga_put(l, vowel);
	if (vowel == 'e') {
		if ((b + 2) & x->mask_e)
			dga_put(l, (uint8_t) "aio"[(b + 2) % 3]);
	} else if ((b + 2) & x->mask) {
		dga_put(l, (uint8_t)x->last[(b + 3) % 15]);
	}
}

/* The names of one day number: r is hashed and replaced by its hash, name after name. */
static int
expand_number(uint32_t r, const struct version *x, dga_name_fn *emit, void *ctx)
{
	int rc = 0;

	for (unsigned i = 0; i < NAMES_AN_OFFSET && !rc; i++, r++) {
		struct dga_label l = {0};
		uint8_t in[4], sum[MD5_BYTES];
		unsigned len;

		dga_put_le32(in, r);
		rc = digest_md5(sum, in, sizeof(in));
		if (rc)
			break;
		r = dga_le32(sum);
		len = (r & 3) + 9;
		for (unsigned j = 0; l.len < len; j++)
			put_part(&l, x, sum[j]);
		l.len = len;
		rc = dga_end(&l, suffixes[0], emit, ctx);
	}
	return rc;
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	const struct version *x = &version[v->value[0]];
	uint32_t n = day_number(date_of_day(day));
	int rc = 0;

	for (uint32_t i = 0; i <= DAYS_BEFORE && !rc; i++)
		rc = expand_number(n - i, x, emit, ctx);
	for (uint32_t i = 1; i <= DAYS_AFTER && !rc; i++)
		rc = expand_number(n + i, x, emit, ctx);
	return rc;
}

static const struct dga_param params[] = {
    DGA_CHOICE("version", "tables of letters; v2 is computed only", versions), {0}};

const struct dga_family dga_pushdo = {
    .name = "pushdo",
    .about = "Pushdo, the samples that use kz; a day's list spans 45 days",
    .proof_text = "1,350 names of 2019-12-06, v1, in order (baderj). v2 by our model only",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2013,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = (1 + DAYS_BEFORE + DAYS_AFTER) * NAMES_AN_OFFSET,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
