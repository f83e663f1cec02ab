/* Simda: a base that grows by the sum of a key's bytes, written as consonants and vowels; no
 * date.
 *
 * Confirmed, order included, for one key.  Source of the list:
 * baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", NULL};

enum { PARAM_NAMES, PARAM_KEY, PARAM_BASE, PARAM_LENGTH };

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint64_t base = v->value[PARAM_BASE], step = 0;
	int rc = 0;

	(void)day;
	for (const char *k = v->text[PARAM_KEY]; *k; k++)
		step += (uint8_t)*k;
	for (uint64_t n = 0; n < v->value[PARAM_NAMES] && !rc; n++) {
		struct dga_label l = {0};

		base += step;
		for (unsigned i = 0; i < v->value[PARAM_LENGTH]; i++) {
			uint64_t r = base / (3 + 2 * i);

			dga_put(&l,
			    (uint8_t)(i % 2 ? "eyuioa"[r % 6] : "qwrtpsdfghjklzxcvbnm"[r % 20]));
		}
		rc = dga_end(&l, suffixes[0], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(1000000, 1000),
    DGA_TEXT("key", "its bytes are summed up", 1, 64, "1676d5775e05c50b46baa5579d4fc7"),
    DGA_NUMBER("base", "where it begins", 0, UINT32_MAX, 0x45AE94B2),
    DGA_NUMBER("length", "of a label", 1, 63, 7),
    {0},
};

const struct dga_family dga_simda = {
    .name = "simda",
    .about = "Simda; pronounceable names",
    .proof_text = "1,000 names of the default key in order (baderj)",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2009,
    .year_to = 2015,
    .names_a_day = 1000,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
