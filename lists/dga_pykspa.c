/* Pykspa's precursor: 5,000 names for two days.
 *
 * Confirmed, order included.  Source of the list: baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"biz", "com", "net", "org", "info", "cc", NULL};

static void
put_label(struct dga_label *l, uint32_t r)
{
	uint32_t len = r % 10 + 6, q = r, a = len * len;

	for (uint32_t i = 0; i < len; i++) {
		uint32_t x = i * (q % 4567 + q % 19);

		dga_put(l, 'a' + (a + q * (q % 5 + q % 123456 + x)) % 26);
		q += i;
		q >>= i * i & 31;
		a += len;
	}
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint32_t r = (uint32_t)day / 2;
	int rc = 0;

	for (uint32_t k = 0; k < v->value[0] && !rc; k++) {
		struct dga_label l = {0};

		r = r * r + k;
		put_label(&l, r);
		rc = dga_end(&l, suffixes[r % 6], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(1000000, 5000), {0}};

const struct dga_family dga_pykspa_precursor = {
    .name = "pykspa-precursor",
    .about = "precursor of Pykspa; a list for two days",
    .proof_text = "5,000 names of 2015-08-31 in order (baderj)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 5000,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
