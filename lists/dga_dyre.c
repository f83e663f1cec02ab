/* Dyre (Dyreza): 1,000 SHA-256 digests a day; a bot asks for a third of them.
 *
 * Names confirmed, order by our model.  Source of the lists:
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const suffixes[] = {"cc", "ws", "to", "in", "hk", "cn", "tk", "so", NULL};

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	int rc = 0;

	for (uint64_t i = 0; i < v->value[0] && !rc; i++) {
		struct dga_label l = {0};
		char in[64], hex[2 * SHA256_BYTES + 1];
		uint8_t sum[SHA256_BYTES];
		int n = snprintf(in, sizeof(in), "%d-%u-%u%" PRIu64, d.year, d.month, d.day, i);

		rc = digest_sha256(sum, in, (size_t)n);
		if (rc)
			break;
		digest_hex(hex, sum, sizeof(sum));
		hex[36] = '\0';
		dga_put(&l, 'a' + i % 26);
		dga_put_text(&l, hex + 3);
		rc = dga_end(&l, suffixes[i % 8], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(100000, 1000), {0}};

const struct dga_family dga_dyre = {
    .name = "dyre",
    .about = "Dyre, Dyreza",
    .proof_text = "1,189 names of 2014-06-03 to 05 (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2014,
    .year_to = 2015,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 1000,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
