/* Fobber: 300 names by a linear congruence and a rotation; no date.
 *
 * Confirmed, order included, both versions.  Source of the lists:
 * baderj/domain_generation_algorithms, AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"net", "com", NULL};
static const char *const versions[] = {"v1", "v2"};

static const struct version {
	uint32_t first, add;
	unsigned len;
} version[] = {
    {0xC87C8A78, (uint32_t)-1719405398, 17},
    {0x851A3E59, (uint32_t)-1916503263, 10},
};

enum { PARAM_NAMES, PARAM_VERSION };

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	const struct version *x = &version[v->value[PARAM_VERSION]];
	uint32_t r = x->first;
	int rc = 0;

	(void)day;
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		struct dga_label l = {0};

		for (unsigned j = 0; j < x->len; j++) {
			r = dga_ror(321167 * r + x->add, 16);
			dga_put(&l, 'a' + (r & 0x17FF) % 26);
		}
		rc = dga_end(&l, suffixes[v->value[PARAM_VERSION]], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(100000, 300), DGA_CHOICE("version", "v1 net, v2 com", versions), {0}};

const struct dga_family dga_fobber = {
    .name = "fobber",
    .about = "Fobber, of the Tinba line",
    .proof_text = "300 names each of v1 and v2 in order (baderj), and by Ayub",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2015,
    .names_a_day = 300,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
