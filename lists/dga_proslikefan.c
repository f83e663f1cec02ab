/* Proslikefan: Java's string hash of the date and a magic word, ten rounds of suffixes.
 *
 * Confirmed, order included, for "prospect"; for "ok" the names, their order by our model.
 * Source of the lists: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

#include <inttypes.h>
#include <stdio.h>

/* The first ten are those of "prospect". */
static const char *const suffixes[] = {
    "eu", "biz", "se", "info", "com", "net", "org", "ru", "in", "name", "cc", "co", NULL};
static const char *const suffixes_ok[] = {"cc", "co", "eu", NULL};
static const char *const magics[] = {"prospect", "ok"};

#define ROUNDS         10
#define PROSPECT_ROUND 10 /* names a round */

static int64_t
hash(const char *text)
{
	uint32_t h = 0;

	while (*text)
		h = 31 * h + (uint8_t)*text++;
	return (int32_t)h < 0 ? -(int64_t)(int32_t)h : (int64_t)h;
}

static void
put_label(struct dga_label *l, int64_t r)
{
	char text[64];

	/* The bound moves with r. */
	for (int64_t k = 0; k < r % 7 + 6; k++) {
		snprintf(text, sizeof(text), "%.*s%" PRId64, (int)l->len, l->text, r);
		r = hash(text);
		dga_put(l, 'a' + (uint64_t)r % 26);
	}
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	bool ok = v->value[0] == 1;
	const char *const *list = ok ? suffixes_ok : suffixes;
	unsigned n = ok ? 3 : PROSPECT_ROUND;
	int rc = 0;

	for (unsigned i = 0; i < ROUNDS * n && !rc; i++) {
		struct dga_label l = {0};
		char text[64];

		snprintf(text, sizeof(text), "%s.%u.%u.%d.%s", ok ? "OK" : "prospect", d.month,
		    d.day, d.year, list[i % n]);
		put_label(&l, hash(text) + i / n);
		rc = dga_end(&l, list[i % n], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_CHOICE("magic", "the sample's word, and with it its suffixes", magics), {0}};

const struct dga_family dga_proslikefan = {
    .name = "proslikefan",
    .about = "Proslikefan, a worm in JavaScript",
    .proof_text = "100 names of 2016-06-17, \"prospect\", in order (baderj); names of 2015-09-01, "
		  "\"OK\" (Ayub), their order by our model",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = ROUNDS * PROSPECT_ROUND,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
