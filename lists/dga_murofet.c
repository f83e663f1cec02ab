/* Murofet: three generators of the Zeus line that write an MD5 digest as letters.
 *
 * v1 (Zeus P2P, GameOver) and v3 ("weekly") hash the day cut to a multiple of seven, so a
 * list holds for days 1-6, 7-13, 14-20, 21-27 and 28 to the month's end.  v2 hashes the day,
 * under a 32-bit key.  Order and all names confirmed for v1 and v2; of v3 two lists, both
 * incomplete.  Years are the literature's.  Sources: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection, pchaigno/dga-collection (lists only). */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

static const char *const suffixes_week[] = {"ru", "biz", "info", "org", "net", "com", NULL};
static const char *const suffixes_day[] = {"biz", "info", "org", "net", "com", NULL};

enum { PARAM_NAMES, PARAM_KEY };

typedef void letters_fn(struct dga_label *l, uint8_t b);

static void
letters_v1(struct dga_label *l, uint8_t b)
{
	unsigned p = (b & 31) + 'a', q = (b >> 3) + 'a';

	if (p == q)
		return;
	if (p <= 'z')
		dga_put(l, p);
	if (q <= 'z')
		dga_put(l, q);
}

static void
letters_v2(struct dga_label *l, uint8_t b)
{
	unsigned c = (b & 15) + (b >> 4);

	if (c < 26)
		dga_put(l, 'a' + c);
}

static void
letters_v3(struct dga_label *l, uint8_t b)
{
	unsigned a = 'a' + (b & 15), h = b >> 4;

	dga_put(l, a);
	if (h < 10) {
		dga_put(l, 'q' + h);
	} else {
		dga_put(l, '1' + h - 10);
		dga_put(l, '0' + a % 10);
	}
}

/* The label of what is hashed: in[0..len-1]. */
static int
hash_label(struct dga_label *l, const uint8_t *in, size_t len, letters_fn *letters)
{
	uint8_t sum[MD5_BYTES];
	int rc = digest_md5(sum, in, len);

	l->len = 0;
	for (unsigned i = 0; i < MD5_BYTES && !rc; i++)
		letters(l, sum[i]);
	return rc;
}

static int
expand_week(
    int32_t day, const struct dga_values *v, letters_fn *letters, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint8_t in[7] = {(uint8_t)(d.year + 0x30), (uint8_t)d.month, (uint8_t)(d.day / 7 * 7)};
	struct dga_label l;
	int rc = 0;

	for (uint32_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		dga_put_le32(in + 3, i);
		rc = hash_label(&l, in, sizeof(in), letters);
		if (!rc)
			rc = dga_end(&l, dga_ladder(i, suffixes_week, 6), emit, ctx);
	}
	return rc;
}

static int
expand_v1(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	return expand_week(day, v, letters_v1, emit, ctx);
}

static int
expand_v2(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint8_t key[4];
	struct dga_label l;
	int rc = 0;

	dga_put_le32(key, (uint32_t)v->value[PARAM_KEY]);
	for (uint32_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint8_t in[8] = {(uint8_t)(d.year + 0x30), (uint8_t)d.month, (uint8_t)d.day};

		dga_put_le32(in + 4, i & ~1u); /* i and i + 1 share a label */
		for (unsigned j = 0; j < sizeof(in); j++)
			in[j] ^= key[j % 4];
		rc = hash_label(&l, in, sizeof(in), letters_v2);
		if (!rc)
			rc = dga_end(&l, dga_ladder(i, suffixes_day, 5), emit, ctx);
	}
	return rc;
}

static int
expand_v3(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	return expand_week(day, v, letters_v3, emit, ctx);
}

static const struct dga_param params_v1[] = {DGA_COUNT(100000, 1020), {0}};
static const struct dga_param params_v2[] = {DGA_COUNT(100000, 1020),
    DGA_NUMBER("key", "0 for none; published: 0xD6D7A4BE 0xDEADC2DE 0xD6D7A4B1", 0, UINT32_MAX, 0),
    {0}};
static const struct dga_param params_v3[] = {DGA_COUNT(100000, 1000), {0}};

const struct dga_family dga_murofet_v1 = {
    .name = "murofet-v1",
    .about = "Zeus P2P, GameOver Zeus; a list a week, anew each month",
    .proof_text = "1,000 names of 2015-09-01 in order (baderj); the list of 2010-01-07 (Ayub); 11 "
		  "names of 2014-01-31 (pchaigno). Some samples use 1,000 names",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2011,
    .year_to = 2014,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 1020,
    .suffixes = suffixes_week,
    .params = params_v1,
    .expand = expand_v1,
};

const struct dga_family dga_murofet_v2 = {
    .name = "murofet-v2",
    .about = "Murofet, Licat; a list a day, keyed",
    .proof_text = "1,020 names of 2015-09-03 without key, in order (baderj); the list of "
		  "2010-01-04 under key D6D7A4BE (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2010,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 1020,
    .suffixes = suffixes_day,
    .params = params_v2,
    .expand = expand_v2,
};

const struct dga_family dga_murofet_v3 = {
    .name = "murofet-v3",
    .about = "Murofet weekly; a list a week, anew each month",
    .proof_text = "259 names of 2010-01-14 and 941 of 2010-01-21 (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 1000,
    .suffixes = suffixes_week,
    .params = params_v3,
    .expand = expand_v3,
};
