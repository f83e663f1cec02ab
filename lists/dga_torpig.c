/* Torpig (Sinowal, Mebroot): one label a day under three suffixes.
 *
 * Confirmed by 1,050 names, digits for letters included.  Source of the list:
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", "net", "biz", NULL};

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	static const char month[12][4] = {
	    "anj", "ebf", "arm", "pra", "aym", "unj", "ulj", "uag", "esp", "kot", "onv", "edc"};
	struct date d = date_of_day(day);
	uint32_t y = d.year > 2007 ? (uint32_t)d.year : 2007;
	uint32_t s = ((d.month ^ d.day) + d.day) * 8 + d.day + y, twice = 2 * d.day;
	struct dga_label l = {0};
	int rc = 0;

	(void)v;
	dga_put(&l, 'a' + ((y >> 2 & 0x3FC0) + s) % 25);
	dga_put(&l, 'h');
	dga_put(&l, 'a' + (d.month + s) % 10);
	dga_put(&l, 'a' + ((y & 255) + s) % 25);
	dga_put(&l, 'x');
	dga_put(&l, twice < '0' || twice > '9' ? 'a' + twice % 25 : '1' + d.day % 10);
	dga_put_text(&l, month[d.month - 1]);
	for (unsigned i = 0; suffixes[i] && !rc; i++)
		rc = dga_end(&l, suffixes[i], emit, ctx);
	return rc;
}

static const struct dga_param params[] = {{0}};

const struct dga_family dga_torpig = {
    .name = "torpig",
    .about = "Torpig, Sinowal, Mebroot",
    .proof_text = "1,050 names of 350 days of 2008 (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2008,
    .year_to = 2009,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 3,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
