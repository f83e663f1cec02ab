/* The rows of Conficker A, B and C. */
#include "base/date.h"
#include "lists/dga_conficker.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

#define DAY_FIRST_USED 14184 /* 2008-11-01, before the first variant */

enum { PARAM_NAMES, PARAM_SINE };

static int
expand(const struct conficker *c, int32_t day, const struct dga_values *v, dga_name_fn *emit,
    void *ctx)
{
	dga_sine_fn *sine = v->value[PARAM_SINE] ? dga_sine_libm : dga_sine_x87;
	uint64_t k = conficker_seed(c, day);
	char name[CONFICKER_NAME_MAX];

	for (uint64_t i = 0; i < v->value[PARAM_NAMES]; i++) {
		size_t len = conficker_name(name, c, sine, &k);
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

#define SINE DGA_CHOICE("sine", "argument reduction of the sine: x87, or libm's", sines)

static const struct dga_param params_ab[] = {DGA_COUNT(1000000, 250), SINE, {0}};
static const struct dga_param params_c[] = {DGA_COUNT(1000000, 50000), SINE, {0}};

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
    .suffixes = conficker_suffixes_a,
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
    .suffixes = conficker_suffixes_b,
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
    .suffixes = conficker_suffixes_c,
    .params = params_c,
    .expand = expand_c,
};
