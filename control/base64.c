#include "control/base64.h"

#include "base/err.h"

#include <string.h>

int
base64_read(uint8_t *out, size_t room, const char *text)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text), n = 0;
	size_t pad = len > 1 && text[len - 1] == '=' ? 1u + (text[len - 2] == '=') : 0;
	uint32_t bits = 0;

	if (len % 4 || len / 4 * 3 - pad > room)
		return -ERR_FORMAT;
	for (size_t i = 0; i < len - pad; i++) {
		const char *digit = strchr(digits, text[i]);

		if (!digit)
			return -ERR_FORMAT;
		bits = bits << 6 | (uint32_t)(digit - digits);
		if (i % 4)
			out[n++] = (uint8_t)(bits >> (6 - i % 4 * 2));
	}
	return (int)n;
}
