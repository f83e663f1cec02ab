#include "lists/name.h"

#include "base/err.h"

#include <string.h>

#define EACH(byte) ((byte)*UINT64_C(0x0101010101010101))

/* Eight bytes at a time.  A length byte is at most 63, below 'A', and so survives. */
static inline uint64_t
fold8(uint64_t x)
{
	uint64_t low = x & EACH(0x7f);
	uint64_t from_a = low + EACH(0x80 - 'A');
	uint64_t above_z = low + EACH(0x7f - 'Z');
	uint64_t upper = (from_a ^ above_z) & ~x & EACH(0x80);

	return x | upper >> 2;
}

static inline uint8_t
fold(uint8_t c)
{
	return (uint8_t)(c - 'A') < 26 ? c | 0x20 : c;
}

static inline void
copy8(uint8_t *to, const uint8_t *from)
{
	uint64_t x;

	memcpy(&x, from, 8);
	x = fold8(x);
	memcpy(to, &x, 8);
}

int
name_canon(uint8_t out[NAME_LEN_MAX], const uint8_t *wire, size_t len)
{
	size_t limit = len < NAME_LEN_MAX ? len : NAME_LEN_MAX;
	size_t n = 0, i = 0;

	for (;;) {
		if (n >= limit)
			return n < NAME_LEN_MAX ? -ERR_SHORT : -ERR_NAME;
		if (wire[n] == 0)
			break;
		if (wire[n] > NAME_LABEL_MAX)
			return -ERR_NAME;
		n += wire[n] + 1u;
	}
	n++;
	for (; i + 8 <= n; i += 8)
		copy8(out + i, wire + i);
	if (n > 8 && i < n)
		copy8(out + n - 8, wire + n - 8);
	else
		for (; i < n; i++)
			out[i] = fold(wire[i]);
	return (int)n;
}

unsigned
name_labels(const uint8_t *name)
{
	unsigned n = 0;

	for (; *name; name += *name + 1u)
		n++;
	return n;
}

bool
name_is_under(const uint8_t *name, size_t len, const uint8_t *parent, size_t parent_len)
{
	size_t skip = 0;

	if (len < parent_len)
		return false;
	while (skip < len - parent_len)
		skip += name[skip] + 1u;
	return skip == len - parent_len && !memcmp(name + skip, parent, parent_len);
}
