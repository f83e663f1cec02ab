/* Conficker (Downadup, Kido): one generator, three sets of constants.
 *
 * Confirmed, order included: A 91,250 names of 2020, B 91,500 of 2020 and a run of 100,000
 * of 2014-11-21; C 2,458 published names of 2014-11-10..30.  Not confirmed: a complete day
 * of C, and the days on which bots began to use the lists.  No list made by bots of 2009
 * tells the two sines of dga_sine.h apart: those above, made on analysts' x86, want FSIN. */
#include "lists/dga_conficker.h"

#include <float.h>
#include <math.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "a step is one rounding to 53 bits an operation");

#define DAYS_1601_TO_1970 134774
#define UNITS_A_DAY       864000000000 /* of 100 ns */

const char *const conficker_suffixes_a[] = {"com", "net", "org", "info", "biz", NULL};
const char *const conficker_suffixes_b[] = {
    "cc", "cn", "ws", "com", "net", "org", "info", "biz", NULL};
const char *const conficker_suffixes_c[] = {"ac", "ae", "ag", "am", "as", "at", "be", "bo", "bz",
    "ca", "cd", "ch", "cl", "cn", "co.cr", "co.id", "co.il", "co.ke", "co.kr", "co.nz", "co.ug",
    "co.uk", "co.vi", "co.za", "com.ag", "com.ai", "com.ar", "com.bo", "com.br", "com.bs", "com.co",
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
    .suffixes = COUNT(conficker_suffixes_a),
    .suffix = conficker_suffixes_a,
};
const struct conficker conficker_b = {
    .mul = 0x352C94565,
    .div = 0x58028E44000,
    .add = 0xA3596526,
    .k = 0x53125624,
    .cadd = 0.626454564,
    .suffixes = COUNT(conficker_suffixes_b),
    .suffix = conficker_suffixes_b,
};
const struct conficker conficker_c = {
    .mul = 0x2682D10B7,
    .div = 0x19254D38000,
    .add = 0xF1E34A09,
    .k = 0x4F3D859E,
    .cadd = 0.946270391,
    .is_c = true,
    .suffixes = COUNT(conficker_suffixes_c),
    .suffix = conficker_suffixes_c,
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

size_t
conficker_name(
    char name[CONFICKER_NAME_MAX], const struct conficker *c, dga_sine_fn *sine, uint64_t *k)
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
