/* The families against tests/data/dga.sums: digests of lists that others published, and of
 * lists that only our generators made.  Run from the top of the source tree. */
#include "lists/dga.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/test.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#define SUMS "tests/data/dga.sums"

struct row {
	char family[32], params[160], from[DATE_TEXT_MAX], order[64], sha256[65];
	unsigned days;
	uint64_t first, count;
};

/* Names [first, first + count) of a run over some days, one a line. */
struct run {
	uint64_t first, end, at;
	FILE *picks; /* whole numbers, rising: only these are taken; or NULL */
	uint64_t pick;
	crypto_hash_sha256_state sum;
	char *lines[10000]; /* when they must be sorted */
	size_t n_lines;
	bool sorted;
};

static void
next_pick(struct run *r)
{
	if (fscanf(r->picks, "%" SCNu64, &r->pick) != 1)
		r->pick = UINT64_MAX;
}

static int
take(void *ctx, const char *name, size_t len)
{
	struct run *r = ctx;
	uint64_t at = r->at++;

	if (at < r->first || at >= r->end)
		return 0;
	if (r->picks) {
		if (at != r->pick)
			return 0;
		next_pick(r);
	}
	if (r->sorted) {
		if (r->n_lines == sizeof(r->lines) / sizeof(r->lines[0]))
			return -ERR_FULL;
		r->lines[r->n_lines++] = strndup(name, len);
		return 0;
	}
	crypto_hash_sha256_update(&r->sum, (const uint8_t *)name, len);
	crypto_hash_sha256_update(&r->sum, (const uint8_t *)"\n", 1);
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sum_sorted(struct run *r)
{
	if (r->n_lines)
		qsort(r->lines, r->n_lines, sizeof(r->lines[0]), by_text);
	for (size_t i = 0; i < r->n_lines; i++) {
		crypto_hash_sha256_update(
		    &r->sum, (const uint8_t *)r->lines[i], strlen(r->lines[i]));
		crypto_hash_sha256_update(&r->sum, (const uint8_t *)"\n", 1);
		free(r->lines[i]);
	}
}

/* "names=1000,seed=0x1" or "-" */
static int
set_all(const struct dga_family *f, struct dga_values *v, char *params)
{
	int rc = 0;

	dga_defaults(f, v);
	if (!strcmp(params, "-"))
		return 0;
	for (char *save, *p = strtok_r(params, ",", &save); p && !rc;
	     p = strtok_r(NULL, ",", &save)) {
		char *value = strchr(p, '=');

		if (!value)
			return -ERR_FORMAT;
		*value++ = '\0';
		rc = dga_set(f, v, p, value);
	}
	return rc;
}

static int
sum_row(struct row *row, char hex[65])
{
	static struct run r;
	const struct dga_family *f = dga_find(row->family);
	uint8_t sum[crypto_hash_sha256_BYTES];
	struct dga_values v;
	int32_t day;
	int rc;

	r = (struct run){.first = row->first, .end = row->first + row->count};
	r.sorted = !strcmp(row->order, "sorted");
	if (!strncmp(row->order, "picked:", 7)) {
		r.picks = fopen(row->order + 7, "r");
		if (!r.picks)
			return -ERR_UNKNOWN;
		next_pick(&r);
	}
	crypto_hash_sha256_init(&r.sum);
	rc = f ? set_all(f, &v, row->params) : -ERR_UNKNOWN;
	if (!rc)
		rc = date_parse(&day, row->from, strlen(row->from));
	for (unsigned i = 0; i < row->days && !rc; i++)
		rc = dga_expand(f, day + (int32_t)i, &v, take, &r);
	sum_sorted(&r);
	crypto_hash_sha256_final(&r.sum, sum);
	sodium_bin2hex(hex, 65, sum, sizeof(sum));
	if (r.picks)
		fclose(r.picks);
	return rc ? rc : r.at < r.end ? -ERR_SHORT : 0;
}

/* Says which row is wrong and by what digest, so that a new row can be written by it. */
static void
published_lists(void)
{
	FILE *f = fopen(SUMS, "r");
	char line[512], hex[65];
	unsigned rows = 0;

	while (f && fgets(line, sizeof(line), f)) {
		struct row r;
		char about[160];
		int rc;

		if (line[0] == '#' || line[0] == '\n')
			continue;
		rc = sscanf(line, "%31s %159s %10s %u %" SCNu64 " %" SCNu64 " %63s %64s", r.family,
		    r.params, r.from, &r.days, &r.first, &r.count, r.order, r.sha256);
		rows += rc == 8;
		CHECK(rc == 8, "row %u has its columns", rows);
		if (rc != 8)
			continue;
		snprintf(about, sizeof(about), "%s %.80s %s", r.family, r.params, r.from);
		rc = sum_row(&r, hex);
		CHECK(rc == 0 && !strcmp(hex, r.sha256), "%s: %d %s", about, rc, hex);
	}
	CHECK(rows > 0, "%s has %u rows", SUMS, rows);
	if (f)
		fclose(f);
}

int
main(void)
{
	published_lists();
	return test_end();
}
