#include "control/base64.h"

#include "base/err.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_write(char *out, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len; at += 3) {
		size_t n = len - at < 3 ? len - at : 3;
		uint32_t bits = (uint32_t)bytes[at] << 16;

		if (n > 1)
			bits |= (uint32_t)bytes[at + 1] << 8;
		if (n > 2)
			bits |= bytes[at + 2];
		for (size_t i = 0; i < 4; i++)
			*out++ = i > n ? '=' : digits[bits >> (18 - 6 * i) & 63];
	}
	*out = '\0';
}

int
base64_read(uint8_t *out, size_t room, const char *text)
{
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
