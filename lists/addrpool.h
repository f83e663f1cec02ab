/* addrpool.h - attributable answers: addresses that tell which name was asked for, and when.
 *
 * Of a pool of addresses, name and time slot choose one by a keyed hash, so that the log of a
 * sinkhole's HTTP or TCP server, which knows addresses alone, can be joined with what was asked.
 * Every node with the same key chooses the same.
 *   H = SipHash-2-4-128(key, slot as 8 bytes, most significant first, then the name)
 *   address = the prefix, and behind it the last bits of H's first 4 (IPv4) or 16 (IPv6) bytes */
#pragma once

#include "lists/name.h"

#include <stdbool.h>
#include <stdint.h>

#define POOL_KEY_LEN 16 /* bytes */

struct addrpool {
	uint8_t key[POOL_KEY_LEN];
	uint32_t slot_s; /* how long a slot is, s; 1 or more */
	bool has_a, has_aaaa;
	uint8_t a[4], a_mask[4]; /* prefix; mask: ones are the prefix */
	uint8_t aaaa[16], aaaa_mask[16];
};

/* The slot that a time, Unix seconds, lies in. */
uint64_t addrpool_slot(const struct addrpool *p, uint64_t unix_s);

/* Writes the address of a canonical name in a slot: 4 bytes if p->has_a, else 16 if p->has_aaaa.
 * Hot. */
void addrpool_a(uint8_t out[4], const struct addrpool *p, const uint8_t *name, uint64_t slot);
void addrpool_aaaa(uint8_t out[16], const struct addrpool *p, const uint8_t *name, uint64_t slot);

/* Reads "198.51.100.0/24" or "2001:db8:1::/48" into the pool, 8..32 or 16..128 bits.  Returns NULL,
 * or what is wrong with it: static. */
const char *addrpool_set_prefix(struct addrpool *p, const char *text);

/* Reads a key of 32 hexadecimal digits.  Returns whether it is one. */
bool addrpool_set_key(struct addrpool *p, const char *text);
