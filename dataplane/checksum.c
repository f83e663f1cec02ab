#include "dataplane/checksum.h"

/* clang-format off: a table */
#define FOUR    255, 255, 255, 255
#define SIXTEEN FOUR, FOUR, FOUR, FOUR
/* clang-format on */

const uint8_t checksum_keep[128]
    __attribute__((aligned(64))) = {SIXTEEN, SIXTEEN, SIXTEEN, SIXTEEN};

uint64_t
checksum_add_long(uint64_t sum, const void *bytes, unsigned n)
{
	const uint8_t *p = bytes;

	for (; n > 64; n -= 64, p += 64)
		sum += checksum_fixed(p, 64);
	return checksum_add(sum, p, n);
}
