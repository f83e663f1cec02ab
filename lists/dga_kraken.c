/* Kraken (Bobax, Oderoor): two generators with one linear congruence.
 *
 * v1 knows no date.  v2 has a list a week, whose states are 15 bits wide: of 2,000 names some
 * 1,160 differ, and weeks share many.  Weeks change at 21:46:40 by the bot's clock, local
 * time in the original: the list of the week in which a UTC day ends is used for a day before
 * and two after.  Confirmed, order included: v1 set a, v2 set a of one week; set b by our
 * model.  Source of the lists: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes_dyn[] = {"dyndns.org", "yi.org", "dynserv.com", "mooo.com", NULL};
static const char *const suffixes_v2[] = {
    "com", "net", "tv", "cc", "dyndns.org", "yi.org", "dynserv.com", "mooo.com", NULL};
static const char *const sets[] = {"a", "b"};
static const char *const suffix_sets[] = {"top", "dynamic"};

#define WEEK_0_S      1207000000 /* Unix time */
#define WEEK_S        604800
#define DAY_S         86400
#define DAY_OF_WEEK_0 13969
#define DAY_2100      47482 /* 2100-01-01: a week costs steps by its number */

enum { PARAM_NAMES, PARAM_SET, PARAM_SUFFIXES };

static uint32_t
draw(uint32_t *r)
{
	*r = 1103515245 * *r + 12435;
	return *r >> 8 & 0x7FFF;
}

static void
put_letters(struct dga_label *l, uint32_t len, uint32_t *r)
{
	while (len--)
		dga_put(l, 'a' + draw(r) % 26);
}

/* (i32)n / 9, towards zero */
static uint32_t
ninth(uint32_t n)
{
	return (uint32_t)((int32_t)n / 9);
}

static void
put_label_v1(struct dga_label *l, uint32_t m, bool e, bool set_b)
{
	uint32_t r, a0, a1;
	int32_t d;

	if (e)
		r = ninth(m * (m + 7) * (m + 12)) + m * (m + 1) - (set_b ? 0x1FCFBF87 : 0x0FCFBF88);
	else
		r = ninth((m + 2) * (m + 7) * m) + (3 * m + 1) * m +
		    (set_b ? 0x07924542 : 0x08924541);
	a0 = draw(&r);
	a1 = draw(&r);
	d = (int32_t)(a0 * a1 - draw(&r)) % 6;
	put_letters(l, (uint32_t)(d < 0 ? d + 6 : d) + 6, &r);
}

static int
expand_v1(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	int rc = 0;

	(void)day;
	for (uint32_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint32_t m = i / 2 + 1000015;
		struct dga_label l = {0};

		put_label_v1(&l, m, i % 2, v->value[PARAM_SET] == 1);
		rc = dga_end(&l, suffixes_dyn[m % 4], emit, ctx);
	}
	return rc;
}

/* The week's number is a count of steps; only one group of nine keeps its names for ever.
 * What a step hands on is what it draws; from there on the state is kept in full. */
static void
put_label_v2(struct dga_label *l, uint32_t r, uint32_t q, uint32_t week)
{
	uint32_t steps = q < 6 ? week + 2 : q < 8 ? week + 1 : 0, a0, a1;

	while (steps--)
		r = draw(&r);
	a0 = draw(&r);
	a1 = draw(&r);
	put_letters(l, (a0 * a1 + draw(&r)) % 6 + 7, &r);
}

static int
expand_v2(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint32_t week = (uint32_t)((((int64_t)day + 1) * DAY_S - 1 - WEEK_0_S) / WEEK_S);
	uint32_t base = v->value[PARAM_SET] == 1 ? 1600001 : 24938315;
	const char *const *suffix = suffixes_v2 + 4 * v->value[PARAM_SUFFIXES];
	int rc = 0;

	for (uint32_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint32_t p = i / 2;
		struct dga_label l = {0};

		put_label_v2(&l, 3 * p + base - i % 2, p % 9, week);
		rc = dga_end(&l, suffix[p % 4], emit, ctx);
	}
	return rc;
}

static const struct dga_param params_v1[] = {
    DGA_COUNT(100000, 2000), DGA_CHOICE("set", "constants; b is computed only", sets), {0}};
static const struct dga_param params_v2[] = {DGA_COUNT(100000, 2000),
    DGA_CHOICE("set", "constants; b is computed only", sets),
    DGA_CHOICE("suffixes", "com net tv cc, or those of dynamic DNS", suffix_sets), {0}};

const struct dga_family dga_kraken_v1 = {
    .name = "kraken-v1",
    .about = "Kraken, Bobax, Oderoor, first version",
    .proof_text = "2,000 names of set a in order (baderj). Set b by our model only",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2007,
    .names_a_day = 2000,
    .suffixes = suffixes_dyn,
    .params = params_v1,
    .expand = expand_v1,
};

const struct dga_family dga_kraken_v2 = {
    .name = "kraken-v2",
    .about = "Kraken, Bobax, Oderoor, second version; a list a week",
    .proof_text = "2,000 names of set a, week 403, in order (baderj); some names of week 0 "
		  "(Ayub). Not verified: set b, the hour at which weeks change",
    .proof = DGA_PARTLY,
    .day_min = DAY_OF_WEEK_0,
    .day_max = DAY_2100 - 1,
    .year_from = 2008,
    .window_before = 1,
    .window_after = 2,
    .names_a_day = 2000,
    .suffixes = suffixes_v2,
    .params = params_v2,
    .expand = expand_v2,
};
