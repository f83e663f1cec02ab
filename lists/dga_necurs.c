/* Necurs: 2,048 names for four days (day of the month / 4), by a number of the botnet.
 *
 * Confirmed, order included.  Source of the lists: baderj/domain_generation_algorithms,
 * pchaigno/dga-collection, the 360netlab feed of 2017-07-04. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"tj", "in", "jp", "tw", "ac", "cm", "la", "mn", "so", "sh",
    "sc", "nu", "nf", "mu", "ms", "mx", "ki", "im", "cx", "cc", "tv", "bz", "me", "eu", "de", "ru",
    "co", "su", "pw", "kz", "sx", "us", "ug", "ir", "to", "ga", "com", "net", "org", "biz", "xxx",
    "pro", "bit", NULL};

enum { PARAM_NAMES, PARAM_MAGIC };

static uint64_t
mix(uint64_t v)
{
	unsigned n = (unsigned)(v & 127) + 21;

	for (uint64_t j = 0; j < n; j++)
		v += (7 * v ^ v << 15) + 8 * j - (v >> 5);
	return v;
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	uint64_t n = mix(mix(mix((uint64_t)d.year) + d.month + 43690) + (d.day >> 2));
	int rc = 0;

	for (uint64_t i = 0; i < v->value[PARAM_NAMES] && !rc; i++) {
		uint64_t r = mix(mix(n + i) + v->value[PARAM_MAGIC]);
		uint64_t len = r % 15 + 7;
		struct dga_label l = {0};

		for (uint64_t j = 0; j < len; j++) {
			r = mix(r + j);
			dga_put(&l, 'a' + r % 25);
			r = mix(r + 0xABBEDF);
		}
		rc = dga_end(&l, suffixes[r % 43], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(100000, 2048),
    DGA_NUMBER("magic", "number of the botnet; published: 9 5", 0, UINT32_MAX, 9), {0}};

const struct dga_family dga_necurs = {
    .name = "necurs",
    .about = "Necurs; a list for four days",
    .proof_text = "2,048 names of 2015-08-28 in order and 6 of 2015-02-19, magic 9 (baderj, "
		  "pchaigno); 10 of 2017-07-04, magic 5 (360netlab feed)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2012,
    .year_to = 2020,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 2048,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
