/* CryptoLocker: 1,000 names a day from three shift registers of day, month and year.
 *
 * Quirk kept: the same day and month seven years later share 993 names.  Confirmed, order
 * included.  Source of the lists: AhsanAyub/malicious_domains_dga_detection,
 * pchaigno/dga-collection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", "net", "biz", "ru", "org", "co.uk", "info", NULL};

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date today = date_of_day(day);
	int rc = 0;

	for (uint32_t z = 0; z < v->value[0] && !rc; z++) {
		uint32_t d = today.day * 65537, m = today.month * 65537;
		uint32_t y = ((uint32_t)today.year + z) * 65537;
		unsigned len = 12 + ((d >> 3 ^ y >> 8 ^ y >> 11) & 3);
		struct dga_label l = {0};

		while (len--) {
			d = d << 13 >> 19 ^ d >> 1 << 13 ^ d >> 19;
			m = m << 2 >> 25 ^ m >> 3 << 7 ^ m >> 25;
			y = y << 3 >> 11 ^ y >> 4 << 21 ^ y >> 11;
			dga_put(&l, 'a' + (y ^ m ^ d) % 25);
		}
		rc = dga_end(&l, suffixes[z % 7], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(100000, 1000), {0}};

const struct dga_family dga_cryptolocker = {
    .name = "cryptolocker",
    .about = "CryptoLocker",
    .proof_text = "1,000 names of 2013-02-22 (Ayub); 4 of 2013-12-19 (pchaigno)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2013,
    .year_to = 2014,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 1000,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
