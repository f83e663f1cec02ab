#include "lists/name_order.h"

#include <string.h>

int
name_order(const uint8_t *a, const uint8_t *b)
{
	uint8_t at_a[NAME_LABELS_MAX], at_b[NAME_LABELS_MAX];
	unsigned n = 0, m = 0;

	for (unsigned i = 0; a[i]; i += a[i] + 1u)
		at_a[n++] = (uint8_t)i;
	for (unsigned i = 0; b[i]; i += b[i] + 1u)
		at_b[m++] = (uint8_t)i;
	while (n && m) {
		const uint8_t *x = a + at_a[--n], *y = b + at_b[--m];
		int order = memcmp(x + 1, y + 1, *x < *y ? *x : *y);

		order = order ? order : *x - *y;
		if (order)
			return order;
	}
	return (int)n - (int)m;
}
