/* DirCrypt: 30 names by Park and Miller's generator, from a 32-bit seed; no date.
 *
 * Confirmed, order included, for one seed; 0xF2113C2A gives the same names.  Source of the
 * list: baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", NULL};

enum { PARAM_NAMES, PARAM_SEED };

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint32_t r = (uint32_t)v->value[PARAM_SEED];
	int rc = 0;

	(void)day;
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		struct dga_label l = {0};
		uint32_t len;

		r = dga_park_miller(r);
		len = r % 13 + 8;
		while (len--) {
			r = dga_park_miller(r);
			dga_put(&l, 'a' + r % 26);
		}
		rc = dga_end(&l, suffixes[0], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(100000, 30), DGA_NUMBER("seed", "of the sample", 1, UINT32_MAX, 0x72113C2B), {0}};

const struct dga_family dga_dircrypt = {
    .name = "dircrypt",
    .about = "DirCrypt",
    .proof_text = "30 names of seed 72113C2B in order (baderj)",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2014,
    .names_a_day = 30,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
