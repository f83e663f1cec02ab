/* Ranbyus: two generators of 2015, 40 names a day, by a 32-bit seed.
 *
 * Quirks kept: v1 has the same list in months 2k and 2k + 1, v2 on days whose product
 * day * month * year is the same.  Confirmed, order included.  Source of the lists:
 * baderj/domain_generation_algorithms, AhsanAyub/malicious_domains_dga_detection,
 * pchaigno/dga-collection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

/* "org" only by the second row of v2. */
static const char *const suffixes[] = {
    "in", "me", "cc", "su", "tw", "net", "com", "pw", "org", NULL};
static const char *const suffixes_other[] = {"in", "net", "org", "com", "me", "su", "tw", "cc"};

#define SEED_OTHER 0xCE7F8514

enum { PARAM_NAMES, PARAM_SEED };

struct state_v1 {
	uint32_t d, m, y, s;
};

static unsigned
letter_v1(struct state_v1 *x)
{
	x->d = x->d >> 15 ^ 16 * ((x->d & 0x1FFF) ^ 4 * (x->s ^ x->d));
	x->y = (x->y & 0xFFFFFFF0) << 17 ^ (x->y ^ 7 * x->y) >> 11;
	x->m = 14 * (x->m & 0xFFFFFFFE) ^ (x->m ^ 4 * x->m) >> 8;
	x->s = x->s >> 6 ^ ((x->d + 8 * x->s) << 8 & 0x3FFFF00);
	return 'a' + (x->d ^ x->m ^ x->y) % 25;
}

static int
expand_v1(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	struct state_v1 x = {d.day, d.month, (uint32_t)d.year, (uint32_t)v->value[PARAM_SEED]};
	int rc = 0;

	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		struct dga_label l = {0};

		for (unsigned j = 0; j < 14; j++)
			dga_put(&l, letter_v1(&x));
		rc = dga_end(&l, suffixes[(d.day + i) % 8], emit, ctx);
	}
	return rc;
}

static uint64_t
lcg(uint64_t x)
{
	return x * 0x5851F42D4C957F2D + 0x14057B7EF767814F;
}

/* Sixteen bytes from three steps. */
static void
block_v2(uint8_t out[16], uint64_t *x)
{
	uint64_t s1 = lcg(*x), s2 = lcg(s1), s3 = lcg(s2);
	uint32_t t = (uint32_t)((s3 >> 24 & 0xFFFFFF00) | (s3 & 0xFFFFFFFF) >> 24);

	dga_put_le32(out, (uint32_t)(((t ^ s2) & 0xFFFFF) ^ s2));
	dga_put_le32(out + 4, (uint32_t)(s2 >> 32));
	dga_put_le32(out + 8, (uint32_t)((s1 & 0xFFF00000) | s3 >> 44));
	dga_put_le32(out + 12, (uint32_t)(s1 >> 32));
	*x = s3;
}

static int
expand_v2(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint64_t seed = v->value[PARAM_SEED],
		 x = (uint64_t)d.day * d.month * (uint64_t)d.year ^ seed;
	const char *const *suffix = seed == SEED_OTHER ? suffixes_other : suffixes;
	int rc = 0;

	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		struct dga_label l = {0};
		uint8_t bytes[32];

		block_v2(bytes, &x);
		block_v2(bytes + 16, &x);
		for (unsigned j = 0; j < 17; j++)
			dga_put(&l, 'a' + bytes[j] % 25);
		rc = dga_end(&l, suffix[(d.day + i) % 8], emit, ctx);
	}
	return rc;
}

static const struct dga_param params_v1[] = {DGA_COUNT(100000, 40),
    DGA_NUMBER("seed", "published: 0xC5F128F3 0xB6354BC3 0x65BA0743 0x0478620C", 0, UINT32_MAX,
	0xB6354BC3),
    {0}};
static const struct dga_param params_v2[] = {DGA_COUNT(100000, 40),
    DGA_NUMBER("seed",
	"published: 0x0F0D5BFA 0xF2C72B14 0xAE8714BE 0xCE7F8514 0x572473BB 0x17794CF1 0xC0E32524 "
	"0x7CB7966E 0x9F90C9E7 0x8FB8879B 0xE981684B",
	0, UINT32_MAX, 0x0F0D5BFA),
    {0}};

const struct dga_family dga_ranbyus_v1 = {
    .name = "ranbyus-v1",
    .about = "Ranbyus of May 2015",
    .proof_text = "40 names of 2015-05-14, seed B6354BC3, in order (baderj); 7 of 2015-05-19, "
		  "seed 65BA0743 (pchaigno)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2015,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 40,
    .suffixes = suffixes,
    .params = params_v1,
    .expand = expand_v1,
};

const struct dga_family dga_ranbyus_v2 = {
    .name = "ranbyus-v2",
    .about = "Ranbyus of September 2015",
    .proof_text = "40 names of 2015-09-25, seed 0F0D5BFA, in order (baderj); the list of "
		  "2015-01-01, seed 17794CF1 (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2015,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 40,
    .suffixes = suffixes,
    .params = params_v2,
    .expand = expand_v2,
};
