/* newgoz, the GameOver Zeus of 2014: MD5 digests in base 36, 1,000 names a day.
 *
 * Confirmed, order included.  Source of the lists: baderj/domain_generation_algorithms,
 * AhsanAyub/malicious_domains_dga_detection, the 360netlab feed of 2017-07-04. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"
#include "lists/digest.h"

static const char *const suffixes[] = {"com", "org", "biz", "net", NULL};

static void
put_base36(struct dga_label *l, uint32_t word)
{
	char digit[7]; /* 36^7 > 2^32 */
	unsigned n = 0;

	do {
		digit[n++] = "0123456789abcdefghijklmnopqrstuvwxyz"[word % 36];
		word /= 36;
	} while (word);
	while (n)
		dga_put(l, (uint8_t)digit[--n]);
}

/* What is hashed: number, year, month and day, each date field followed by a constant. */
static void
fill(uint8_t in[22], uint32_t i, struct date d)
{
	static const uint8_t salt[4] = {0x01, 0x05, 0x19, 0x35};
	const uint32_t field[3] = {(uint32_t)d.year, d.month, d.day};

	dga_put_le32(in, i);
	for (unsigned j = 0; j < 3; j++) {
		dga_put_le16(in + 4 + 6 * j, field[j]);
		memcpy(in + 6 + 6 * j, salt, sizeof(salt));
	}
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	struct date d = date_of_day(day);
	int rc = 0;

	for (uint32_t i = 0; i < v->value[0] && !rc; i++) {
		struct dga_label l = {0};
		uint8_t in[22], sum[MD5_BYTES];

		fill(in, i, d);
		rc = digest_md5(sum, in, sizeof(in));
		for (unsigned j = 0; j < MD5_BYTES; j += 4)
			put_base36(&l, dga_le32(sum + j));
		if (!rc)
			rc = dga_end(&l, dga_ladder(i, suffixes, 4), emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {DGA_COUNT(100000, 1000), {0}};

const struct dga_family dga_newgoz = {
    .name = "newgoz",
    .about = "the GameOver Zeus of 2014",
    .proof_text = "1,000 names of 2015-08-31 in order (baderj); 1,000 of 2014-07-02 (Ayub); 10 "
		  "of 2017-07-04 (360netlab feed)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2014,
    .window_before = 1,
    .window_after = 1,
    .names_a_day = 1000,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
