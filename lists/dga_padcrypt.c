/* PadCrypt: SHA-256 digests with letters for digits; 24 names a day, 72 by a later version.
 *
 * Confirmed, order included, for 2.2.86.1; 2.2.97.0 by our model only.  Source of the lists:
 * baderj/domain_generation_algorithms, AhsanAyub/malicious_domains_dga_detection. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

#include <stdio.h>

static const char *const suffixes[] = {
    "com", "co.uk", "de", "org", "net", "eu", "info", "online", "co", "cc", "website", NULL};
static const char *const versions[] = {"2.2.86.1", "2.2.97.0"};

static unsigned
nibble(const uint8_t *bytes, unsigned i)
{
	return i & 1 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4;
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	bool later = v->value[0] == 1;
	int rc = 0;

	for (unsigned i = 0; i < (later ? 72 : 24) && !rc; i++) {
		struct dga_label l = {0};
		char in[64];
		uint8_t sum[SHA256_BYTES];
		int n = snprintf(
		    in, sizeof(in), "%u-%u-%d%c%u", d.day, d.month, d.year, later ? '|' : ':', i);
		unsigned suffix;

		rc = digest_sha256(sum, in, (size_t)n);
		if (rc)
			break;
		for (unsigned j = 3; j < 19; j++)
			dga_put(&l, (uint8_t) "abcdnfolmkabcdef"[nibble(sum, j)]);
		suffix = nibble(sum, 63);
		rc = dga_end(&l, suffixes[suffix < 11 ? suffix : 0], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_CHOICE("version", "24 names by 2.2.86.1; 72 by 2.2.97.0, computed only", versions), {0}};

const struct dga_family dga_padcrypt = {
    .name = "padcrypt",
    .about = "PadCrypt",
    .proof_text = "24 names of 2016-03-06 in order (baderj) and the list of 2016-04-25 (Ayub), "
		  "version 2.2.86.1. Version 2.2.97.0 by our model only",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2016,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 24,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
