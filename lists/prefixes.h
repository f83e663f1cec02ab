/* prefixes.h - sets of IPv4 and IPv6 prefixes: which of them is the longest that has an address.
 *
 * Addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d. */
#pragma once

#include <stdint.h>

#define PREFIX_ADDR_LEN  16
#define PREFIX_VALUE_MAX 254

struct prefix {
	uint8_t addr[PREFIX_ADDR_LEN]; /* bits past len are zero */
	uint8_t len;                   /* bits, 0..128; 96 more than is written for IPv4 */
	uint8_t value;                 /* of the caller, 1..PREFIX_VALUE_MAX */
};

/* Reads "192.0.2.0/24", "2001:db8::/32", or an address alone, with NUL; value is left as it is.
 * Returns 0, -ERR_FORMAT, or -ERR_RANGE when bits past the length are set. */
int prefix_parse(struct prefix *out, const char *text);

struct prefixes;

/* Makes a set of n prefixes, which it sorts.  Returns 0, -ENOMEM, or -ERR_REFUSED when one stands
 * there twice with different values: that one is then p[0]. */
int prefixes_new(struct prefixes **out, struct prefix *p, unsigned n);
void prefixes_free(struct prefixes *s); /* NULL is allowed */

/* The value of the longest prefix that has addr; 0: none.  Hot: log2(2 n) steps. */
unsigned prefixes_find(const struct prefixes *s, const uint8_t addr[PREFIX_ADDR_LEN]);
