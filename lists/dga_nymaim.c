/* Nymaim, first version: 128 names a day by a xorshift generator.
 *
 * Only month + day and year + weekday count, so that lists come again on other days.
 * Confirmed, order included.  Source of the lists: baderj/domain_generation_algorithms, the
 * 360netlab feed of 2017-07-04. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", "org", "biz", "net", "info", NULL};

static uint32_t
draw(uint32_t r[4], uint32_t below)
{
	uint32_t a = r[0] ^ r[0] << 11, c = r[2];
	uint32_t e = r[3] ^ r[3] >> 19 ^ a ^ a >> 8;

	r[0] += r[1];
	r[1] += r[2];
	r[2] += r[3];
	r[3] = e;
	return (c + e) / 100 % below;
}

static const char *
suffix_of(const struct dga_label *l)
{
	int letter = l->text[l->len - 2] - 'a';

	return suffixes[letter < 9 ? 0 : letter < 13 ? 1 : letter < 17 ? 2 : letter < 21 ? 3 : 4];
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint32_t weekday = (uint32_t)(day + 4) % 7; /* Sunday 0; day 0 was a Thursday */
	uint32_t s = (uint32_t)d.year + (d.month << 16) + weekday + (d.day << 16);
	uint32_t r[4] = {s + 0x52455641, s + 0x49484F4C, s + 0x59554820, s + 0x4D415620};
	int rc = 0;

	for (uint64_t i = 0; i < v->value[0] && !rc; i++) {
		struct dga_label l = {0};
		uint32_t len = draw(r, 6) + 6;

		while (len--)
			dga_put(&l, 'a' + draw(r, 26));
		rc = dga_end(&l, suffix_of(&l), emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(100000, 128), {0}};

const struct dga_family dga_nymaim = {
    .name = "nymaim",
    .about = "Nymaim, first version; some samples use 30 names a day",
    .proof_text = "128 names of 2018-02-24 in order (baderj); 10 of 2017-07-04 (360netlab feed)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2013,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 128,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
