/* Corebot: 40 names a day below ddns.net, by a seed and a group number.
 *
 * The generator is confirmed from its first state on; that the default seed leads to that
 * state on 2015-09-08 in group 0 is arithmetic, not a dated list.  Source of the lists:
 * baderj/domain_generation_algorithms, AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"ddns.net", NULL};

enum { PARAM_NAMES, PARAM_SEED, PARAM_GROUP };

static uint32_t
step(uint32_t *r)
{
	return *r = 1664525 * *r + 1013904223;
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint32_t group = (uint32_t)v->value[PARAM_GROUP];
	uint32_t r = (((group << 16) + (d.month << 8)) | d.day) + (uint32_t)d.year;
	int rc = 0;

	r += (uint32_t)v->value[PARAM_SEED];
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint32_t len = 12 + step(&r) % 12;
		struct dga_label l = {0};

		while (len--)
			dga_put(&l, (uint8_t) "abcdefghijklmnopqrstuvwxy012345678"[step(&r) % 34]);
		rc = dga_end(&l, suffixes[0], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_COUNT(100000, 40),
    DGA_NUMBER("seed", "of the sample; the date is added", 0, UINT32_MAX, 0x1DBA8930),
    DGA_NUMBER("group", "number of the group", 0, UINT16_MAX, 0),
    {0},
};

const struct dga_family dga_corebot = {
    .name = "corebot",
    .about = "Corebot",
    .proof_text = "40 names of first state 1DBA9A17 in order (baderj); 27 of 21F7D9DC (Ayub). "
		  "Not verified: how a date and a group lead to a first state",
    .proof = DGA_PARTLY,
    .day_max = DAY_MAX,
    .year_from = 2015,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 40,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
