/* Sisron: the dates of ten days in base 64, under four suffixes.
 *
 * Confirmed, order included.  Source of the lists: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

#include <stdio.h>

static const char *const suffixes[] = {"com", "org", "net", "info", NULL};

#define DAYS_BACK 10 /* today included */

/* Base 64 of DDMMYYYY in lower case, its one '=' an 'a'. */
static void
put_date(struct dga_label *l, struct date d)
{
	static const char letter[] =
	    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789+/";
	char in[16] = {0};

	snprintf(in, sizeof(in), "%02u%02u%04d", d.day % 100, d.month % 100, d.year % 10000);
	for (unsigned i = 0; i < 9; i += 3) {
		uint32_t bits =
		    (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | (uint32_t)in[i + 2];

		for (unsigned shift = 24; shift > 0; shift -= 6)
			dga_put(l, (uint8_t)letter[bits >> (shift - 6) & 63]);
	}
	l->text[11] = 'a';
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	int rc = 0;

	(void)v;
	for (int32_t i = 0; i < 4 * DAYS_BACK && !rc; i++) {
		struct dga_label l = {0};

		put_date(&l, date_of_day(day - i % DAYS_BACK));
		rc = dga_end(&l, suffixes[i / DAYS_BACK], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {{0}};

const struct dga_family dga_sisron = {
    .name = "sisron",
    .about = "Sisron; names of today and of nine days before",
    .proof_text = "40 names of 2016-06-02 in order (baderj); names of 2013-01-10 (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_min = DAYS_BACK - 1,
    .day_max = DAY_MAX,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 4 * DAYS_BACK,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
