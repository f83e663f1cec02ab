/* What holds for every family on any day: the same names again, of the right form. */
#include "lists/dga.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/test.h"

#include <inttypes.h>
#include <stdbool.h>

#define DATES 1000

static char words[384 * 4 + 1]; /* for suppobox: "waa wab ..." */

static void
make_words(void)
{
	char *p = words;

	for (unsigned i = 0; i < 384; i++)
		p += sprintf(p, "w%c%c ", 'a' + i / 26, 'a' + i % 26);
}

static uint64_t
splitmix(uint64_t *s)
{
	uint64_t z = *s += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

struct look {
	const struct dga_family *f;
	uint64_t n, sum; /* names, and FNV-1a over them */
	char bad[DGA_PARAMS_MAX * 64];
};

static bool
has_suffix(const struct dga_family *f, const char *name, size_t len)
{
	for (const char *const *s = f->suffixes; *s; s++) {
		size_t n = strlen(*s);

		if (len > n && name[len - n - 1] == '.' && !memcmp(name + len - n, *s, n))
			return true;
	}
	return false;
}

static bool
has_form(const char *name, size_t len)
{
	size_t label = 0;

	for (size_t i = 0; i < len; i++) {
		bool letter =
		    (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9');

		if (name[i] == '.' ? label == 0 : !letter || label == 63)
			return false;
		label = name[i] == '.' ? 0 : label + 1;
	}
	return label > 0 && len <= 253;
}

static int
look(void *ctx, const char *name, size_t len)
{
	struct look *l = ctx;

	l->n++;
	for (size_t i = 0; i < len; i++)
		l->sum = (l->sum ^ (uint8_t)name[i]) * 0x100000001B3;
	l->sum = (l->sum ^ '\n') * 0x100000001B3;
	if (!has_form(name, len) || !has_suffix(l->f, name, len))
		snprintf(l->bad, sizeof(l->bad), "%.*s", (int)len, name);
	return 0;
}

static struct look
look_at(const struct dga_family *f, int32_t day, const struct dga_values *v, int *rc)
{
	struct look l = {.f = f, .sum = 0xCBF29CE484222325};

	*rc = dga_expand(f, day, v, look, &l);
	return l;
}

static void
set_defaults(const struct dga_family *f, struct dga_values *v)
{
	dga_defaults(f, v);
	dga_set(f, v, "words", words); /* suppobox alone has it */
}

/* Few names a day where a parameter says how many. */
static void
random_days(const struct dga_family *f, uint64_t *s)
{
	unsigned failed = 0, unlike = 0, repeated = 0;
	struct look last = {0};
	struct dga_values v;
	char bad[sizeof(last.bad)] = "";

	set_defaults(f, &v);
	dga_set(f, &v, "names", "20");
	dga_set(f, &v, "labels", "10");
	for (unsigned i = 0; i < DATES; i++) {
		int32_t day =
		    f->day_min + (int32_t)(splitmix(s) % (uint64_t)(f->day_max - f->day_min + 1));
		int rc, rc_again;
		struct look a = look_at(f, day, &v, &rc), b = look_at(f, day, &v, &rc_again);

		failed += rc || rc_again || a.n == 0;
		unlike += a.sum != b.sum || a.n != b.n;
		repeated += i > 0 && a.sum == last.sum;
		last = a;
		if (a.bad[0])
			strcpy(bad, a.bad);
	}
	CHECK(!failed, "%s: %u of %u random days failed", f->name, failed, DATES);
	CHECK(!unlike, "%s: the same day, the same names", f->name);
	CHECK(!bad[0], "%s: form and suffix of every name %s", f->name, bad);
	CHECK(f->dateless ? repeated == DATES - 1 : repeated < DATES / 10,
	    "%s: %u days had the list of the one before", f->name, repeated);
}

static void
one_full_day(const struct dga_family *f)
{
	int32_t day = f->day_min > 16000 ? f->day_min : 16000;
	struct dga_values v;
	struct look l;
	int rc;

	set_defaults(f, &v);
	l = look_at(f, day, &v, &rc);
	CHECK(rc == 0 && !l.bad[0] && l.n >= f->names_a_day && l.n <= f->names_a_day + 1,
	    "%s: %" PRIu64 " names a day, %d %s", f->name, l.n, rc, l.bad);
	look_at(f, f->day_min, &v, &rc);
	CHECK(rc == 0, "%s: its first day", f->name);
	look_at(f, f->day_max, &v, &rc);
	CHECK(rc == 0, "%s: its last day", f->name);
	look_at(f, f->day_min - 1, &v, &rc);
	CHECK(rc == -ERR_DATE, "%s: a day too early", f->name);
	look_at(f, f->day_max + 1, &v, &rc);
	CHECK(rc == -ERR_DATE, "%s: a day too late", f->name);
}

/* The row says what is true of it. */
static void
row(const struct dga_family *f)
{
	unsigned n = 0;
	bool name = strspn(f->name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(f->name);

	CHECK(name && f->about[0] && f->proof_text[0] && f->suffixes[0], "%s: has its texts",
	    f->name);
	CHECK(dga_find(f->name) == f, "%s: is found by its name", f->name);
	CHECK(f->day_min <= f->day_max && f->day_min >= DAY_MIN && f->day_max <= DAY_MAX &&
		  (!f->year_to || f->year_from <= f->year_to),
	    "%s: its days and years", f->name);
	for (const struct dga_param *p = f->params; p->name; p++, n++)
		if (p->choices ? p->def > p->max : !p->text && (p->def < p->min || p->def > p->max))
			CHECK(false, "%s: default of %s", f->name, p->name);
	CHECK(n <= DGA_PARAMS_MAX, "%s: %u parameters", f->name, n);
}

/* Every number at both ends of its range: refused or expanded, nothing else. */
static void
extremes(const struct dga_family *f)
{
	for (unsigned i = 0; f->params[i].name; i++) {
		const struct dga_param *p = &f->params[i];
		struct dga_values v;
		int rc;

		if (p->text || !strcmp(p->name, "names") || !strcmp(p->name, "labels") ||
		    !strcmp(p->name, "rounds"))
			continue;
		set_defaults(f, &v);
		v.value[i] = p->min;
		look_at(f, f->day_max, &v, &rc);
		CHECK(rc == 0, "%s: least %s", f->name, p->name);
		v.value[i] = p->max;
		look_at(f, f->day_max, &v, &rc);
		CHECK(rc == 0, "%s: greatest %s", f->name, p->name);
		if (p->max == UINT64_MAX)
			continue;
		v.value[i] = p->max + 1;
		look_at(f, f->day_max, &v, &rc);
		CHECK(rc == -ERR_RANGE, "%s: %s beyond", f->name, p->name);
	}
}

int
main(void)
{
	uint64_t s = 3;

	make_words();
	for (const struct dga_family *const *f = dga_families; *f; f++) {
		row(*f);
		one_full_day(*f);
		random_days(*f, &s);
		extremes(*f);
	}
	return test_end();
}
