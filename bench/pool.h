/* pool.h - the queries that a generator sends: prepared once, drawn from a list by a mix.
 *
 * DNS messages without their id, one behind the other in the order in which they are sent, again
 * and again from the beginning.  Immutable once made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POOL_QUERIES_MAX (1u << 26)
#define POOL_PAST        64 /* bytes readable behind the last query */

struct pool_query {
	uint16_t len;      /* bytes of the message */
	uint16_t question; /* bytes of QNAME, QTYPE, QCLASS, behind the header */
	uint16_t sum;      /* Internet checksum over the message with id 0, folded, memory order */
	bool is_hit, is_v6;
	uint8_t message[];
};

/* Shares 0..1. */
struct pool_mix {
	double hit_ratio;
	double zipf;       /* exponent; 0: every name is as likely */
	double case_share; /* letters of QNAME in random case (DNS 0x20) */
	double edns_share,
	    cookie_share; /* cookie: of all queries, needs EDNS, so at most edns_share */
	double aaaa_share, v6_share;
	uint64_t seed;
	uint32_t queries; /* 1..POOL_QUERIES_MAX */
};

struct names_store;

struct pool {
	uint8_t *bytes; /* queries at multiples of 8 */
	size_t used, room;
	uint32_t queries;
	double mean_len;
};

/* Returns 0, -ENOMEM, -ERR_FULL when no unlisted name was found, or an error of the index. */
int pool_make(struct pool *p, const struct names_store *names, const struct pool_mix *mix);
void pool_free(struct pool *p);

/* Queries by their place, in units of 8 bytes.  Hot. */
static inline const struct pool_query *
pool_at(const struct pool *p, uint32_t at)
{
	return (const struct pool_query *)(p->bytes + (size_t)at * 8);
}

/* The place of the next one. Hot. */
static inline uint32_t
pool_next(const struct pool *p, uint32_t at)
{
	uint32_t next = at + (uint32_t)(sizeof(struct pool_query) + pool_at(p, at)->len + 7) / 8;

	return (size_t)next * 8 < p->used ? next : 0;
}
