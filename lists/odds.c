#include "lists/odds.h"

#include "base/err.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_MEAN      11.0
#define LENGTH_DEVIATION 4.0

struct row {
	uint8_t len;
	uint8_t suffix[NAME_LEN_MAX];
	double names;
};

/* Rows in order of their bytes. */
struct population {
	struct row *row;
	size_t rows, room;
};

static const struct {
	const char *suffix;
	double names;
} built_in[] = {
    {"com", 160e6},
    {"cn", 20e6},
    {"de", 17.5e6},
    {"net", 13e6},
    {"org", 11e6},
    {"co.uk", 9e6},
    {"nl", 6.3e6},
    {"ru", 5e6},
    {"com.br", 4.5e6},
    {"fr", 4e6},
    {"eu", 3.7e6},
    {"info", 3.7e6},
    {"it", 3.5e6},
    {"ca", 3.3e6},
    {"com.au", 3.2e6},
    {"in", 3e6},
    {"co", 3e6},
    {"pl", 2.5e6},
    {"ch", 2.5e6},
    {"es", 2e6},
    {"us", 2e6},
    {"be", 1.7e6},
    {"me", 1.2e6},
    {"biz", 1.3e6},
};

/* Where the suffix stands or belongs. */
static size_t
place(const struct population *p, const uint8_t *suffix, size_t len, bool *is_there)
{
	size_t low = 0, high = p->rows;

	*is_there = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct row *r = &p->row[middle];
		int order =
		    len != r->len ? (len < r->len ? -1 : 1) : memcmp(suffix, r->suffix, len);

		if (order == 0) {
			*is_there = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int
population_set(struct population *p, const uint8_t *suffix, size_t len, double names)
{
	bool is_there;
	size_t at = place(p, suffix, len, &is_there);

	if (!isfinite(names) || names < 0)
		return -ERR_RANGE;
	if (!is_there) {
		if (p->rows == p->room) {
			size_t room = p->room ? 2 * p->room : 64;
			void *row = reallocarray(p->row, room, sizeof(*p->row));

			if (!row)
				return -ENOMEM;
			p->row = row;
			p->room = room;
		}
		memmove(&p->row[at + 1], &p->row[at], (p->rows - at) * sizeof(*p->row));
		p->rows++;
		p->row[at].len = (uint8_t)len;
		memcpy(p->row[at].suffix, suffix, len);
	}
	p->row[at].names = names;
	return 0;
}

int
population_new(struct population **out)
{
	struct population *p = calloc(1, sizeof(*p));
	int rc = p ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]) && !rc; i++) {
		uint8_t name[NAME_LEN_MAX];
		int len = name_from_text(name, built_in[i].suffix, strlen(built_in[i].suffix));

		rc = population_set(p, name, (size_t)len, built_in[i].names);
	}
	if (rc) {
		population_free(p);
		p = NULL;
	}
	*out = p;
	return rc;
}

double
population_of(const struct population *p, const uint8_t *suffix, size_t len)
{
	bool is_there;
	size_t at = place(p, suffix, len, &is_there);

	return is_there ? p->row[at].names : POPULATION_OTHER;
}

void
population_free(struct population *p)
{
	if (!p)
		return;
	free(p->row);
	free(p);
}

double
odds_taken(const uint8_t *label, double population)
{
	double len = label[0], letters = 26;
	double z = (len - LENGTH_MEAN) / LENGTH_DEVIATION;
	double share = exp(-z * z / 2) / (LENGTH_DEVIATION * sqrt(2 * M_PI));

	for (unsigned i = 1; i <= label[0]; i++)
		if (label[i] < 'a' || label[i] > 'z')
			letters = 36;
	return fmin(1, population * share / pow(letters, len));
}
