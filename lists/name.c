#include "lists/name.h"

#include "base/err.h"

#include <string.h>

int
name_canon(uint8_t out[NAME_LEN_MAX], const uint8_t *wire, size_t len)
{
	size_t end = 0; /* where the next length byte stands */

	for (size_t i = 0; i < len; i++) {
		uint8_t c = wire[i];

		if (i >= NAME_LEN_MAX)
			return -ERR_NAME;
		if (i == end) {
			if (c > NAME_LABEL_MAX)
				return -ERR_NAME;
			end += c + 1u;
		} else if (c >= 'A' && c <= 'Z') {
			c |= 0x20;
		}
		out[i] = c;
		if (c == 0 && end == i + 1)
			return (int)end;
	}
	return -ERR_SHORT;
}

unsigned
name_labels(const uint8_t *name)
{
	unsigned labels = 0;

	for (; *name; name += *name + 1u)
		labels++;
	return labels;
}

bool
name_is_under(const uint8_t *name, size_t len, const uint8_t *parent, size_t parent_len)
{
	/* Only where a label begins: "explain.com" is not under "plain.com". */
	while (len > parent_len && *name) {
		len -= *name + 1u;
		name += *name + 1u;
	}
	return len == parent_len && memcmp(name, parent, len) == 0;
}
