/* Chinad: 256 SHA-1 digests a day.
 *
 * Confirmed, order included.  Source of the lists: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

static const char *const suffixes[] = {"com", "org", "net", "biz", "info", "ru", "cn", NULL};

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	int rc = 0;

	for (unsigned i = 0; i < v->value[0] && !rc; i++) {
		uint8_t in[16] = {
		    (uint8_t)(d.year % 100), (uint8_t)d.month, (uint8_t)d.day, (uint8_t)i};
		uint8_t sum[SHA1_BYTES];
		struct dga_label l = {0};

		rc = digest_sha1(sum, in, sizeof(in));
		if (rc)
			break;
		for (unsigned j = 0; j < 16; j++) /* the digest's words, each from its end */
			dga_put(
			    &l, (uint8_t) "abcdefghijklmnopqrstuvwxyz0123456789"[sum[j ^ 3] % 36]);
		rc = dga_end(&l, suffixes[sum[16 ^ 3] % 7], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(256, 256), {0}};

const struct dga_family dga_chinad = {
    .name = "chinad",
    .about = "Chinad",
    .proof_text = "256 names of 2017-01-13 in order (baderj); 256 of 2012-02-17 (Ayub)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 256,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
