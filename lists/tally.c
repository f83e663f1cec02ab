#include "lists/tally.h"

#include "base/err.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (2 * TALLY_SUFFIXES_MAX)

struct tally {
	struct tally_row *row;
	size_t rows, room;
	uint64_t cells;
	uint32_t slot[SLOTS]; /* row number + 1, by a hash of the suffix */
};

int
tally_new(struct tally **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

void
tally_free(struct tally *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->rows; i++)
		free(t->row[i].count);
	free(t->row);
	free(t);
}

static uint32_t
hash_of(const uint8_t *suffix, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ suffix[i]) * 16777619u;
	return h ^ h >> 15;
}

static int
add_row(struct tally *t, const uint8_t *suffix, size_t len)
{
	if (t->rows == TALLY_SUFFIXES_MAX)
		return -ERR_LIMIT;
	if (t->rows == t->room) {
		size_t room = t->room ? 2 * t->room : 256;
		void *row = reallocarray(t->row, room, sizeof(*t->row));

		if (!row)
			return -ENOMEM;
		t->row = row;
		t->room = room;
	}
	t->row[t->rows] = (struct tally_row){.suffix_len = (uint8_t)len};
	memcpy(t->row[t->rows++].suffix, suffix, len);
	return 0;
}

static int
find_row(struct tally *t, const uint8_t *suffix, size_t len, struct tally_row **out)
{
	uint32_t at = hash_of(suffix, len) % SLOTS;
	int rc;

	for (; t->slot[at]; at = (at + 1) % SLOTS) {
		*out = &t->row[t->slot[at] - 1];
		if ((*out)->suffix_len == len && !memcmp((*out)->suffix, suffix, len))
			return 0;
	}
	rc = add_row(t, suffix, len);
	if (rc)
		return rc;
	t->slot[at] = (uint32_t)t->rows;
	*out = &t->row[t->rows - 1];
	return 0;
}

/* Makes the row's days reach from `first` on over `span` days. */
static int
reach(struct tally *t, struct tally_row *r, int32_t first, uint32_t span)
{
	uint32_t before = r->span ? (uint32_t)(r->first - first) : 0;

	if (span > TALLY_SPAN_MAX)
		return -ERR_LIMIT;
	if (span > r->room) {
		uint32_t room = span + span / 2;
		void *count;

		if (t->cells - r->room + room > TALLY_CELLS_MAX)
			return -ERR_LIMIT;
		count = reallocarray(r->count, room, sizeof(*r->count));
		if (!count)
			return -ENOMEM;
		t->cells += room - r->room;
		r->count = count;
		r->room = room;
	}
	memmove(r->count + before, r->count, r->span * sizeof(*r->count));
	memset(r->count, 0, before * sizeof(*r->count));
	memset(r->count + before + r->span, 0, (span - before - r->span) * sizeof(*r->count));
	r->first = first;
	r->span = span;
	return 0;
}

static int
count_day(struct tally *t, struct tally_row *r, int32_t day)
{
	int64_t first = r->span && r->first < day ? r->first : day;
	int64_t last = r->span ? (int64_t)r->first + r->span - 1 : day;
	int rc = 0;

	last = last > day ? last : day;
	if (r->span == 0 || day < r->first || last - first >= r->span)
		rc = last - first < TALLY_SPAN_MAX
			 ? reach(t, r, (int32_t)first, (uint32_t)(last - first + 1))
			 : -ERR_LIMIT;
	if (rc == 0)
		r->count[day - r->first]++;
	return rc;
}

int
tally_add(struct tally *t, const uint8_t *suffix, size_t len, int32_t day, double odds)
{
	struct tally_row *r;
	int rc = find_row(t, suffix, len, &r);

	if (rc)
		return rc;
	r->names++;
	r->odds += odds;
	return day == TALLY_NO_DAY ? 0 : count_day(t, r, day);
}

static int
by_count(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Sums up the days with names. */
static int
sum_up(struct tally_row *r)
{
	uint32_t *sorted = calloc(r->span ? r->span : 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (uint32_t i = 0; i < r->span; i++)
		if (r->count[i])
			sorted[r->days++] = r->count[i];
	qsort(sorted, r->days, sizeof(*sorted), by_count);
	if (r->days) {
		r->least = sorted[0];
		r->most = sorted[r->days - 1];
		r->median = (sorted[r->days / 2] + (double)sorted[(r->days - 1) / 2]) / 2;
	}
	free(sorted);
	return 0;
}

bool
tally_is_outlier(const struct tally_row *r, uint32_t names)
{
	return names && r->days >= 3 && fabs(names - r->median) > TALLY_OUTLIER * sqrt(r->median);
}

static int
end_row(struct tally_row *r, tally_outlier_fn *take, void *ctx)
{
	int rc = sum_up(r);

	for (uint32_t i = 0; i < r->span && !rc; i++) {
		if (!tally_is_outlier(r, r->count[i]))
			continue;
		r->outliers++;
		rc = take(ctx, r, r->first + (int32_t)i, r->count[i], r->median);
	}
	return rc;
}

static int
by_names(const void *va, const void *vb)
{
	const struct tally_row *a = va, *b = vb;

	if (a->names != b->names)
		return a->names > b->names ? -1 : 1;
	if (a->suffix_len != b->suffix_len)
		return (int)a->suffix_len - (int)b->suffix_len;
	return memcmp(a->suffix, b->suffix, a->suffix_len);
}

int
tally_end(struct tally *t, tally_outlier_fn *take, void *ctx)
{
	int rc = 0;

	if (t->rows)
		qsort(t->row, t->rows, sizeof(*t->row), by_names);
	for (size_t i = 0; i < t->rows && !rc; i++)
		rc = end_row(&t->row[i], take, ctx);
	return rc;
}

size_t
tally_rows(const struct tally *t, const struct tally_row **out)
{
	*out = t->row;
	return t->rows;
}
