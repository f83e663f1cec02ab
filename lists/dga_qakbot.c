/* Qakbot: 5,000 names for a third of a month, by MT19937 seeded with a CRC-32 of the period.
 *
 * Confirmed, order included, for seed 0.  A sandbox makes the bot add 1 to the CRC and ask
 * for another list.  Source of the lists: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

#include <stdio.h>

static const char *const suffixes[] = {"com", "net", "org", "info", "biz", "org", NULL};

enum { PARAM_NAMES, PARAM_SEED, PARAM_SANDBOX };

/* MT19937 by Matsumoto and Nishimura, 2002 initialization. */
#define MT_WORDS 624

struct mt {
	uint32_t word[MT_WORDS];
	unsigned at;
};

static void
mt_seed(struct mt *g, uint32_t seed)
{
	g->word[0] = seed;
	for (unsigned i = 1; i < MT_WORDS; i++) {
		seed = 1812433253 * (seed ^ seed >> 30) + i;
		g->word[i] = seed;
	}
	g->at = MT_WORDS;
}

static void
mt_refill(struct mt *g)
{
	for (unsigned i = 0; i < MT_WORDS; i++) {
		uint32_t next = g->word[(i + 1) % MT_WORDS];
		uint32_t y = (g->word[i] & 0x80000000) | (next & 0x7FFFFFFF);

		g->word[i] = g->word[(i + 397) % MT_WORDS] ^ y >> 1 ^ (y & 1 ? 0x9908B0DF : 0);
	}
	g->at = 0;
}

static uint32_t
mt_next(struct mt *g)
{
	uint32_t y;

	if (g->at == MT_WORDS)
		mt_refill(g);
	y = g->word[g->at++];
	y ^= y >> 11;
	y ^= y << 7 & 0x9D2C5680;
	y ^= y << 15 & 0xEFC60000;
	return y ^ y >> 18;
}

/* lo..hi.  The original's double arithmetic is exact, so whole numbers do the same. */
static uint32_t
draw(struct mt *g, uint32_t lo, uint32_t hi)
{
	return lo + (uint32_t)((uint64_t)(mt_next(g) & 0x0FFFFFFF) * (hi - lo + 1) >> 28);
}

static uint32_t
crc32_of(const char *text)
{
	uint32_t crc = UINT32_MAX;

	for (; *text; text++) {
		crc ^= (uint8_t)*text;
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static uint32_t
seed_of(int32_t day, uint32_t seed)
{
	static const char month[12][4] = {
	    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
	struct date d = date_of_day(day);
	unsigned third = d.day > 20 ? 2 : (d.day - 1) / 10;
	char text[32];

	snprintf(text, sizeof(text), "%u.%s.%d.%08x", third, month[d.month - 1], d.year, seed);
	return crc32_of(text);
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct mt g;
	int rc = 0;

	mt_seed(
	    &g, seed_of(day, (uint32_t)v->value[PARAM_SEED]) + (uint32_t)v->value[PARAM_SANDBOX]);
	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		const char *suffix = suffixes[draw(&g, 0, 5)];
		uint32_t len = draw(&g, 8, 25);
		struct dga_label l = {0};

		while (len--)
			dga_put(&l, 'a' + draw(&g, 0, 25));
		rc = dga_end(&l, suffix, emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(1000000, 5000),
    DGA_NUMBER("seed", "published: 0 1", 0, UINT32_MAX, 0),
    DGA_NUMBER("sandbox", "1: the list of a bot that sees a sandbox", 0, 1, 0), {0}};

const struct dga_family dga_qakbot = {
    .name = "qakbot",
    .about = "Qakbot, Qbot, Pinkslip; a list for days 1-10, 11-20 and 21 to the month's end",
    .proof_text = "5,000 names of 2016-02-21, seed 0, in order (baderj); 3,901 of 2013-09-01 "
		  "(Ayub). Not verified: seed 1, the sandbox's list",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2013,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 5000,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
