#include "lists/prefixes_impl.h"

unsigned
prefixes_find(const struct prefixes *s, const uint8_t addr[PREFIX_ADDR_LEN])
{
	const struct stretch *at = s->stretch;
	number a = number_of(addr);

	/* Halves without branches: what is at `at` starts at or before a. */
	for (unsigned n = s->n; n > 1;) {
		unsigned half = n / 2;

		at += at[half].start <= a ? half : 0;
		n -= half;
	}
	return at->value;
}
