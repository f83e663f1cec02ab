#include "lists/sorter.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* The strings of all tests: pseudo-random, with shared beginnings and many lengths. */
static size_t
make_key(uint8_t *out, uint32_t i)
{
	uint32_t x = i * 2654435761u;
	size_t len = 4 + x % 300;

	for (size_t k = 0; k < len; k++)
		out[k] = (uint8_t)(x >> k % 4 * 8 & (k < 2 ? 3 : 255));
	return len;
}

static int
compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (int)a_len - (int)b_len;
}

/* Takes all out; returns their number, or -1 when one is out of order or not what was put in. */
static long
drain(struct sorter *s)
{
	uint8_t last[SORTER_KEY_MAX], want[512];
	const uint8_t *key;
	size_t len, last_len = 0;
	uint32_t number;
	long n = 0;
	int rc;

	while ((rc = sorter_next(s, &key, &len, &number)) > 0) {
		if (n++ && compare(last, last_len, key, len) > 0)
			return -1;
		if (make_key(want, number) != len || memcmp(want, key, len) != 0)
			return -1;
		memcpy(last, key, len);
		last_len = len;
	}
	return rc < 0 || sorter_next(s, &key, &len, &number) != 0 ? -1 : n;
}

static int
fill(struct sorter *s, uint32_t n)
{
	uint8_t key[512];
	int rc = 0;

	for (uint32_t i = 0; i < n && rc == 0; i++)
		rc = sorter_add(s, key, make_key(key, i), i);
	return rc;
}

static void
test_sizes(void)
{
	static const struct {
		const char *about;
		uint32_t n;
		int with_file, want;
	} cases[] = {
	    {"nothing", 0, 0, 0},
	    {"one", 1, 0, 0},
	    {"as many as memory holds", 4000, 0, 0},
	    {"more, without a file", 20000, 0, -ERR_FULL},
	    {"more, with a file", 20000, 1, 0},
	    {"many runs", 200000, 1, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *f = tmpfile();
		struct sorter *s = sorter_open(0, cases[i].with_file ? fileno(f) : -1);
		int rc = fill(s, cases[i].n);

		CHECK(rc == cases[i].want, "%s: is taken: %d", cases[i].about, rc);
		if (rc == 0)
			CHECK(drain(s) == (long)cases[i].n, "%s: comes back in order",
			    cases[i].about);
		sorter_close(s);
		fclose(f);
	}
}

static void
test_limits(void)
{
	struct sorter *s = sorter_open(0, -1);
	uint8_t *key = calloc(1, SORTER_KEY_MAX + 1);
	const uint8_t *out;
	size_t len;
	uint32_t number;

	CHECK(sorter_add(s, key, SORTER_KEY_MAX + 1, 0) == -ERR_LIMIT, "too long a string");
	CHECK(sorter_add(s, key, SORTER_KEY_MAX, 1) == 0, "the longest");
	CHECK(sorter_add(s, key, 0, 2) == 0, "the empty string");
	CHECK(sorter_next(s, &out, &len, &number) == 1 && len == 0 && number == 2,
	    "the empty string goes first");
	CHECK(sorter_next(s, &out, &len, &number) == 1 && len == SORTER_KEY_MAX, "then the other");
	sorter_close(s);
	sorter_close(NULL);
	free(key);
}

static void
test_file_fails(void)
{
	FILE *f = fopen("/dev/null", "r");
	struct sorter *s = sorter_open(0, fileno(f));

	CHECK(fill(s, 20000) < 0, "a file that cannot be written is an error");
	sorter_close(s);
	fclose(f);
}

int
main(void)
{
	test_sizes();
	test_limits();
	test_file_fails();
	return test_end();
}
