#include "dataplane/checksum.h"

#include "tests/test.h"

#include <stdlib.h>

#define ROOM 1600

static uint8_t bytes[ROOM + 128];

/* RFC 1071 as it is written: 16-bit words, a last byte padded with zero, carries added at the end.
 */
static uint16_t
by_words(const uint8_t *p, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i += 2) {
		uint8_t pair[2] = {p[i], i + 1 < n ? p[i + 1] : 0};
		uint16_t word;

		memcpy(&word, pair, sizeof(word));
		sum += word;
	}
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)sum;
}

static void
check_lengths(const char *about)
{
	unsigned bad = 0;

	for (unsigned at = 0; at < 9; at++)
		for (unsigned n = 0; n <= ROOM - 9; n++)
			bad += checksum_fold(checksum_add(0, bytes + at, n)) !=
			       by_words(bytes + at, n);
	CHECK(bad == 0, "%s: every length up to %u at nine offsets", about, ROOM - 9);
}

static const struct {
	uint64_t sum;
	uint16_t want;
} folds[] = {
    {0, 0},
    {1, 1},
    {0xffff, 0xffff},
    {0x10000, 1},
    {0xffffffff, 0xffff},
    {0x100000000, 1},
    {0x1ffffffff, 1},
    {0xffff00000000, 0xffff},
    {0xffffffffffffffff, 0xffff},
};

/* A piece taken out and another put in, at an even and at an odd place. */
static void
check_change(void)
{
	unsigned bad = 0;

	for (unsigned at = 20; at < 40; at++) {
		uint16_t before = by_words(bytes, at + 30), after;
		uint64_t sum = before;
		uint8_t was[30];

		memcpy(was, bytes + at, sizeof(was));
		sum += checksum_negative(checksum_at(by_words(was, sizeof(was)), at));
		for (unsigned k = 0; k < sizeof(was); k++)
			bytes[at + k] = (uint8_t)rand();
		sum += checksum_at(by_words(bytes + at, sizeof(was)), at);
		after = by_words(bytes, at + 30);
		bad += checksum_fold(sum) % 0xffff != after % 0xffff;
	}
	CHECK(bad == 0, "a change of 30 bytes at 20 places");
}

int
main(void)
{
	memset(bytes, 0xff, sizeof(bytes));
	check_lengths("all ones");
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)rand(); /* the same at every run */
	check_lengths("random");
	for (unsigned i = 0; i < sizeof(folds) / sizeof(folds[0]); i++)
		CHECK(checksum_fold(folds[i].sum) == folds[i].want, "%#llx folded",
		    (unsigned long long)folds[i].sum);
	check_change();
	return test_end();
}
