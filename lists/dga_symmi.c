/* Symmi (MewsSpy): 64 pronounceable names for half a month, below ddns.net.
 *
 * Two whole lists confirmed; no sample's seed but one is known, nor whether the last letters
 * of the table of consonants are ever drawn.  Source of the lists:
 * baderj/domain_generation_algorithms, AhsanAyub/malicious_domains_dga_detection,
 * pchaigno/dga-collection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"ddns.net", NULL};

static uint32_t
draw(uint32_t *s)
{
	*s = 214013 * *s + 2531011;
	return *s >> 16 & 0x7FFF;
}

static void
put_label(struct dga_label *l, uint32_t *s)
{
	uint32_t len = 8 + draw(s) % 8, odd = 0;

	for (uint32_t i = 0; i < len; i++) {
		uint32_t r;

		if (i % 2 == 0)
			odd = draw(s) >> 8 & 1;
		r = draw(s);
		dga_put(
		    l, (uint8_t)((odd + i) % 2 ? "bcdfghklmnpqrstvwx"[r % 18] : "aeiou"[r % 5]));
	}
}

enum { PARAM_NAMES, PARAM_SEED };

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint32_t s = 10000 * (d.day / 16 * 100 + d.month) + (uint32_t)d.year;
	int rc = 0;

	s += (uint32_t)v->value[PARAM_SEED];
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		struct dga_label l = {0};

		put_label(&l, &s);
		rc = dga_end(&l, suffixes[0], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(100000, 64), DGA_NUMBER("seed", "published: 42", 0, UINT32_MAX, 42), {0}};

const struct dga_family dga_symmi = {
    .name = "symmi",
    .about = "Symmi, MewsSpy; a list for days 1-15 and one for 16 to the month's end",
    .proof_text = "64 names of 2015-08-16 in order (baderj); 64 of 2016-07-16 (Ayub); not "
		  "verified: other seeds",
    .proof = DGA_PARTLY,
    .day_max = DAY_MAX,
    .year_from = 2015,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 64,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
