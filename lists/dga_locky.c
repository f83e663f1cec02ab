/* Locky, second version: a handful of names for two days, by a configuration.
 *
 * Confirmed, order included, for seed 62; the other published seeds by our model.  A further
 * 1,855 published names of the family come from none of them.  Source of the list:
 * baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {
    "ru", "pw", "eu", "in", "yt", "pm", "us", "fr", "de", "it", "be", "uk", "nl", "tf", NULL};

#define CONST_Q 0x27100001

enum { PARAM_SEED, PARAM_SHIFT, PARAM_NAMES };

static uint32_t
mix(uint32_t v, unsigned shift)
{
	return dga_ror(0xB11924E1 * v, shift);
}

static uint32_t
mix_date(struct date d, uint32_t seed, unsigned shift)
{
	uint32_t t = mix((uint32_t)d.year + 0x1BF5, shift);

	if (seed)
		t = mix(t + seed + CONST_Q, shift);
	t = mix(t + d.day / 2 + CONST_Q, shift);
	return mix(t + d.month + 0x2709A354, shift);
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint32_t seed = (uint32_t)v->value[PARAM_SEED];
	unsigned shift = (unsigned)v->value[PARAM_SHIFT];
	uint32_t t = mix_date(date_of_day(day), seed, shift);
	int rc = 0;

	for (uint32_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint32_t r = mix(dga_rol(i, 21) + t + dga_rol(seed, 17) + CONST_Q, shift) + CONST_Q;
		uint32_t len = r % 11 + 5;
		struct dga_label l = {0};

		for (uint32_t j = 0; j < len; j++) {
			r = mix(j ? dga_rol(r, j) : r, shift) + CONST_Q;
			dga_put(&l, 'a' + r % 25);
		}
		r = mix(r, shift) + CONST_Q;
		rc = dga_end(&l, suffixes[r % 14], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_NUMBER(
	"seed", "published: 62 75 9 7 660 555, and 0 with shift 5 and names 6", 0, UINT32_MAX, 62),
    DGA_NUMBER("shift", "rotation, in bits", 1, 31, 7),
    DGA_COUNT(100000, 8),
    {0},
};

const struct dga_family dga_locky_v2 = {
    .name = "locky-v2",
    .about = "Locky, second version; a list for two days",
    .proof_text = "8 names of 2016-02-28, seed 62, in order (baderj). Other seeds by our model; "
		  "1,855 other published names come from none of them",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2016,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 8,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
