/* MoneroDownloader: 500 labels a day, each under five suffixes; the first is always the same.
 *
 * Confirmed, order included.  Source of the list: baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const suffixes[] = {
    "org", "tickets", "blackfriday", "hosting", "feedback", NULL};

static int
put_label(struct dga_label *l, int32_t day, uint64_t i)
{
	char in[64], hex[2 * MD5_BYTES + 1] = "31b4bd31fg1x2";
	uint8_t sum[MD5_BYTES];
	int rc = 0;

	if (i > 0) {
		int n = snprintf(in, sizeof(in), "jkhhksugrhtijys78g46-%d-%" PRIu64, day, i);

		rc = digest_md5(sum, in, (size_t)n);
		digest_hex(hex, sum, sizeof(sum));
	}
	hex[13] = '\0';
	dga_put_text(l, hex);
	return rc;
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	int rc = 0;

	for (uint64_t i = 0; i < v->value[0] && !rc; i++) {
		struct dga_label l = {0};

		rc = put_label(&l, day, i);
		for (unsigned j = 0; suffixes[j] && !rc; j++)
			rc = dga_end(&l, suffixes[j], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_NUMBER("labels", "number of labels, of five names each", 1, 100000, 500), {0}};

const struct dga_family dga_monerodownloader = {
    .name = "monerodownloader",
    .about = "MoneroDownloader",
    .proof_text = "2,500 names of 2020-01-12 in order (baderj)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 2500,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
