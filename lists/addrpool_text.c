#include "lists/addrpool.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 64

uint64_t
addrpool_slot(const struct addrpool *p, uint64_t unix_s)
{
	return unix_s / p->slot_s;
}

/* Fills the mask; says whether the address has no bit behind it. */
static bool
set_mask(uint8_t *mask, const uint8_t *address, unsigned len, unsigned bits)
{
	bool is_clear = true;

	for (unsigned i = 0; i < len; i++) {
		unsigned ones = bits > 8 * i ? bits - 8 * i : 0;

		mask[i] = (uint8_t)(ones >= 8 ? 0xff : 0xff00 >> ones);
		is_clear = is_clear && !(address[i] & ~mask[i]);
	}
	return is_clear;
}

const char *
addrpool_set_prefix(struct addrpool *p, const char *text)
{
	const char *slash = strchr(text, '/');
	char address[TEXT_MAX], *end;
	unsigned long bits;
	bool is_a, is_clear;

	if (!slash || slash - text >= TEXT_MAX || slash[1] < '0' || slash[1] > '9')
		return "no prefix; expected such as 198.51.100.0/24";
	snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	bits = strtoul(slash + 1, &end, 10);
	is_a = inet_pton(AF_INET, address, p->a) == 1;
	if (*end || (!is_a && inet_pton(AF_INET6, address, p->aaaa) != 1))
		return "no prefix; expected such as 198.51.100.0/24";
	if (bits < (is_a ? 8u : 16u) || bits > (is_a ? 32u : 128u))
		return "no prefix of 8 to 32 bits of IPv4 or 16 to 128 of IPv6";
	is_clear = is_a ? set_mask(p->a_mask, p->a, 4, (unsigned)bits)
			: set_mask(p->aaaa_mask, p->aaaa, 16, (unsigned)bits);
	if (!is_clear)
		return "a prefix whose address has bits behind its end";
	*(is_a ? &p->has_a : &p->has_aaaa) = true;
	return NULL;
}

bool
addrpool_set_key(struct addrpool *p, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	if (strlen(text) != 2 * POOL_KEY_LEN)
		return false;
	for (unsigned i = 0; i < 2 * POOL_KEY_LEN; i++) {
		const char *digit = strchr(digits, text[i] | (text[i] > '9' ? 0x20 : 0));

		if (!digit)
			return false;
		p->key[i / 2] = (uint8_t)(p->key[i / 2] << 4 | (digit - digits));
	}
	return true;
}
