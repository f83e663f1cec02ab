/* Ramnit: names by Park and Miller's generator, from a 32-bit seed; no date.
 *
 * Confirmed, order included, for one seed under com.  That later samples go round four
 * suffixes is from the literature, and their order by our model.  Source of the list:
 * baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", "click", "eu", "bid", NULL};
static const char *const rings[] = {"com", "later"};
static const uint8_t ring_later[4] = {1, 0, 2, 3}; /* click com eu bid */

enum { PARAM_NAMES, PARAM_SEED, PARAM_SUFFIXES };

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint32_t r = (uint32_t)v->value[PARAM_SEED];
	int rc = 0;

	(void)day;
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint64_t product = r;
		uint32_t len;
		struct dga_label l = {0};

		r = dga_park_miller(r);
		product *= r;
		len = r % 12 + 8;
		while (len--) {
			r = dga_park_miller(r);
			dga_put(&l, 'a' + r % 25);
		}
		rc = dga_end(
		    &l, suffixes[v->value[PARAM_SUFFIXES] ? ring_later[i % 4] : 0], emit, ctx);
		r = (uint32_t)(product + (product >> 32));
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(100000, 100),
    DGA_NUMBER("seed", "published: 0x79159C10 0x28488EEA", 1, UINT32_MAX, 0x79159C10),
    DGA_CHOICE("suffixes", "com, or later samples' click com eu bid", rings),
    {0},
};

const struct dga_family dga_ramnit = {
    .name = "ramnit",
    .about = "Ramnit",
    .proof_text =
	"100 names of seed 79159C10 under com in order (baderj). Other seeds and suffixes "
	"by our model",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2010,
    .names_a_day = 100,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
