/* Banjori: a name whose first four letters change; no date.
 *
 * Confirmed, order included, for one seed and 1,000 names; it comes back to its beginning
 * after 15,372.  Source of the list: baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", NULL};

enum { PARAM_NAMES, PARAM_SEED };

/* v counts from 'a', not from 0: floor modulo, v >= 0. */
static char
wrap(unsigned v)
{
	return (char)('a' + (v + 26 * 4 - 'a') % 26);
}

static void
change(char w[4])
{
	w[0] = wrap((uint8_t)w[0] + (unsigned)(uint8_t)w[3]);
	w[1] = wrap((uint8_t)w[0] + 2u * (uint8_t)w[1]);
	w[2] = wrap((uint8_t)w[0] + (unsigned)(uint8_t)w[2] - 1);
	w[3] = wrap((uint8_t)w[1] + (unsigned)(uint8_t)w[2] + (uint8_t)w[3]);
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct dga_label l = {0};
	int rc = 0;

	(void)day;
	dga_put_text(&l, v->text[PARAM_SEED]);
	if (strspn(v->text[PARAM_SEED], "abcdefghijklmnopqrstuvwxyz") != l.len)
		return -ERR_RANGE;
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		rc = dga_end(&l, suffixes[0], emit, ctx);
		change(l.text);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(1000000, 15372),
    DGA_TEXT("seed", "first label, a-z, below com", 5, 63, "earnestnessbiophysicalohax"),
    {0},
};

const struct dga_family dga_banjori = {
    .name = "banjori",
    .about = "Banjori, MultiBanker 2, BankPatch",
    .proof_text = "1,000 names of seed earnestnessbiophysicalohax in order (baderj)",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2013,
    .names_a_day = 15372,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
