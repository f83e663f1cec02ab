/* Conficker (Downadup, Kido): one generator, three sets of constants.
 *
 * Confirmed, order included: A 91,250 names of 2020, B 91,500 of 2020 and a run of 100,000
 * of 2014-11-21; C 2,458 published names of 2014-11-10..30.  Not confirmed: a complete day
 * of C, and the days on which bots began to use the lists.  No list made by bots of 2009
 * tells the two sines of dga_sine.h apart: those above, made on analysts' x86, want FSIN. */
#include "lists/dga_conficker.h"

#include "base/date.h"
#include "lists/dga.h"
#include "lists/dga_rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "a step is one rounding to 53 bits an operation");

#define DAYS_1601_TO_1970 134774
#define UNITS_A_DAY       864000000000 /* of 100 ns */
#define DAY_FIRST_USED    14184        /* 2008-11-01, before the first variant */

static const char *const suffixes_a[] = {"com", "net", "org", "info", "biz", NULL};
static const char *const suffixes_b[] = {
    "cc", "cn", "ws", "com", "net", "org", "info", "biz", NULL};
static const char *const suffixes_c[] = {"ac", "ae", "ag", "am", "as", "at", "be", "bo", "bz", "ca",
    "cd", "ch", "cl", "cn", "co.cr", "co.id", "co.il", "co.ke", "co.kr", "co.nz", "co.ug", "co.uk",
    "co.vi", "co.za", "com.ag", "com.ai", "com.ar", "com.bo", "com.br", "com.bs", "com.co",
    "com.do", "com.fj", "com.gh", "com.gl", "com.gt", "com.hn", "com.jm", "com.ki", "com.lc",
    "com.mt", "com.mx", "com.ng", "com.ni", "com.pa", "com.pe", "com.pr", "com.pt", "com.py",
    "com.sv", "com.tr", "com.tt", "com.tw", "com.ua", "com.uy", "com.ve", "cx", "cz", "dj", "dk",
    "dm", "ec", "es", "fm", "fr", "gd", "gr", "gs", "gy", "hk", "hn", "ht", "hu", "ie", "im", "in",
    "ir", "is", "kn", "kz", "la", "lc", "li", "lu", "lv", "ly", "md", "me", "mn", "ms", "mu", "mw",
    "my", "nf", "nl", "no", "pe", "pk", "pl", "ps", "ro", "ru", "sc", "sg", "sh", "sk", "su", "tc",
    "tj", "tl", "tn", "to", "tw", "us", "vc", "vn", NULL};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]) - 1)

const struct conficker conficker_a = {
    .mul = 0x463DA5676,
    .div = 0x58028E44000,
    .add = 0xB46A7637,
    .k = 0x64236735,
    .cadd = 0.737565675,
    .suffixes = COUNT(suffixes_a),
    .suffix = suffixes_a,
};
const struct conficker conficker_b = {
    .mul = 0x352C94565,
    .div = 0x58028E44000,
    .add = 0xA3596526,
    .k = 0x53125624,
    .cadd = 0.626454564,
    .suffixes = COUNT(suffixes_b),
    .suffix = suffixes_b,
};
const struct conficker conficker_c = {
    .mul = 0x2682D10B7,
    .div = 0x19254D38000,
    .add = 0xF1E34A09,
    .k = 0x4F3D859E,
    .cadd = 0.946270391,
    .is_c = true,
    .suffixes = COUNT(suffixes_c),
    .suffix = suffixes_c,
};

uint64_t
conficker_seed(const struct conficker *c, int32_t day)
{
	uint64_t ft = (uint64_t)(day + DAYS_1601_TO_1970) * UNITS_A_DAY;

	return ft * c->mul / c->div + c->add; /* the product wraps */
}

static uint64_t
bits_of(double v)
{
	uint64_t k;

	memcpy(&k, &v, sizeof(k));
	return k;
}

/* To the nearest, as (double)n, but without the branch on the top bit, which is random. */
static double
double_of(uint64_t n)
{
	return (double)(int64_t)(n >> 32) * 0x1p32 + (double)(int64_t)(n & UINT32_MAX);
}

uint64_t
conficker_step_full(const struct conficker *c, dga_sine_fn *sine, uint64_t k)
{
	double x = (double)k;
	double p = (double)(k * c->k);
	double v = p + sine(x);

	v = v * x;
	v = v + c->cadd;
	v = v * x;
	v = v + log(x);
	return bits_of(v);
}

/* From p = 2^54 on, three terms are lost in rounding, for every x >= 1:
 *   sine  |sine| <= 1, and p's neighbours are 2 below (at 2^54 itself) or 4 away: at most
 *         half a gap, and the tie at 2^54 - 1 goes to the even 2^54
 *   cadd  0 < cadd < 1, and p * x >= 2^54 has its next neighbour 4 away
 *   ln    0 <= ln x < x, and v >= 2^54 * x has its next neighbour more than 2 * x away
 * So the full step is for one step in 1,024. */
uint64_t
conficker_step(const struct conficker *c, dga_sine_fn *sine, uint64_t k)
{
	uint64_t n = k * c->k;
	double x = (double)(int64_t)k;

	if (n < (uint64_t)1 << 54)
		return conficker_step_full(c, sine, k);
	return bits_of(double_of(n) * x * x);
}

/* One draw, as the signed 32 bits that the original works with. */
static int64_t
draw(const struct conficker *c, dga_sine_fn *sine, uint64_t *k)
{
	*k = conficker_step(c, sine, *k);
	return (int32_t)*k;
}

static uint64_t
magnitude(int64_t r)
{
	return (uint64_t)(r < 0 ? -r : r);
}

static size_t
draw_name(char *name, const struct conficker *c, dga_sine_fn *sine, uint64_t *k)
{
	int64_t r = draw(c, sine, k);
	size_t len = (size_t)(c->is_c ? 4 + (int64_t)(magnitude(r) % 6) : 8 + r % 4);
	const char *suffix;

	for (size_t i = 0; i < len; i++)
		name[i] = (char)('a' + magnitude(draw(c, sine, k)) % 26);
	r = draw(c, sine, k);
	suffix = c->suffix[(c->is_c ? magnitude(r) : (uint32_t)r) % c->suffixes];
	name[len++] = '.';
	while (*suffix)
		name[len++] = *suffix++;
	return len;
}

enum { PARAM_NAMES, PARAM_SINE };

static int
expand(const struct conficker *c, int32_t day, const struct dga_values *v, dga_name_fn *emit,
    void *ctx)
{
	dga_sine_fn *sine = v->value[PARAM_SINE] ? dga_sine_libm : dga_sine_x87;
	uint64_t k = conficker_seed(c, day);
	char name[32];

	for (uint64_t i = 0; i < v->value[PARAM_NAMES]; i++) {
		size_t len = draw_name(name, c, sine, &k);
		int rc = emit(ctx, name, len);

		if (rc)
			return rc;
	}
	return 0;
}

static int
expand_a(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	return expand(&conficker_a, day, v, emit, ctx);
}

static int
expand_b(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	return expand(&conficker_b, day, v, emit, ctx);
}

static int
expand_c(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	return expand(&conficker_c, day, v, emit, ctx);
}

static const char *const sines[] = {"x87", "libm"};

#define SINE                                                                                   \
	{                                                                                      \
		"sine", "argument reduction of the sine: x87, or libm's", 0, 1, 0, sines, NULL \
	}

static const struct dga_param params_ab[] = {
    {"names", "names a day", 1, 1000000, 250, NULL, NULL}, SINE, {0}};
static const struct dga_param params_c[] = {
    {"names", "names a day", 1, 1000000, 50000, NULL, NULL}, SINE, {0}};

const struct dga_family dga_conficker_a = {
    .name = "conficker-a",
    .about = "Conficker.A, Downadup.A, Kido",
    .proof_text = "91,250 names of 365 days of 2020 in order (downatool2); the day 2008-12-09 "
		  "(F-Secure). Not verified: first day of use (2008-11-26 in the literature)",
    .proof = DGA_CONFIRMED,
    .day_min = DAY_FIRST_USED,
    .day_max = DAY_MAX,
    .year_from = 2008,
    .names_a_day = 250,
    .suffixes = suffixes_a,
    .params = params_ab,
    .expand = expand_a,
};

const struct dga_family dga_conficker_b = {
    .name = "conficker-b",
    .about = "Conficker.B and B++, Downadup.B, Kido",
    .proof_text = "91,500 names of 366 days of 2020 in order (downatool2); a run of 100,000 "
		  "names of 2014-11-21; ten names in the press of 2009. Not verified: first day of "
		  "use (2009-01-01 in the literature), and that B++ has the same list",
    .proof = DGA_CONFIRMED,
    .day_min = DAY_FIRST_USED,
    .day_max = DAY_MAX,
    .year_from = 2009,
    .names_a_day = 250,
    .suffixes = suffixes_b,
    .params = params_ab,
    .expand = expand_b,
};

const struct dga_family dga_conficker_c = {
    .name = "conficker-c",
    .about = "Conficker.C (Microsoft: D), Downadup.C, Kido; a bot asks for 500 of the names",
    .proof_text = "all 2,458 published names of 2014-11-10..30 (360netlab feed), all suffixes "
		  "and indices 0 to 49,998. Not verified: a complete day, any name of 2009, first "
		  "day of use (2009-04-01 in the literature)",
    .proof = DGA_CONFIRMED,
    .day_min = DAY_FIRST_USED,
    .day_max = DAY_MAX,
    .year_from = 2009,
    .names_a_day = 50000,
    .suffixes = suffixes_c,
    .params = params_c,
    .expand = expand_c,
};
