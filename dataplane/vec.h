/* vec.h - one burst of DNS messages on its way through the stages of engine.h.
 *
 * Lane i of every array is the same message.  Owned by one thread, on its stack; where the
 * message came from (frame.h, socket) does not matter to the stages. */
#pragma once

#include "dataplane/way.h"
#include "lists/hash.h"
#include "lists/name.h"

#include <stdint.h>

#define VEC_MAX        64   /* lanes */
#define VEC_NAME_PAD   16   /* readable past a name */
#define VEC_SLACK      288  /* bytes that must be readable and writable at msg, past limit */
#define VEC_PAST       64   /* bytes that must be readable past the query, be it over limit */
#define VEC_CLIENT_LEN 16   /* bytes of a client's address */
#define VEC_ROOM       2048 /* of a message buffer, where the buffer is our own: limit 1760 */

#define COOKIE_LEN 24 /* bytes: the client's cookie and ours */

struct index_rule;
struct szone_node;

struct vec {
	unsigned n; /* live lanes, 0..VEC_MAX */
	/* Given by whoever fills the burst. */
	uint8_t *msg[VEC_MAX];   /* the query, overwritten by the answer; borrowed */
	uint16_t len[VEC_MAX];   /* bytes of the query; after the stages bytes of the answer */
	uint16_t limit[VEC_MAX]; /* bytes the answer may take, 512 or more; on UDP lowered by
				  * the stages to what the client takes */
	uint8_t tcp[VEC_MAX];    /* 1: no limit from EDNS */
	uint8_t client[VEC_MAX][VEC_CLIENT_LEN]; /* its IPv6 address, or IPv4 as ::ffff:a.b.c.d;
						  * only where engine_wants_client */
	uint8_t way[VEC_MAX]; /* enum way; WAY_NONE: for the stages to decide; answered
			       * if >= WAY_ANSWERS afterwards */
	/* Filled by the stages. */
	uint16_t qtype[VEC_MAX];
	uint16_t question_end[VEC_MAX]; /* bytes from msg; 0: the question is not echoed */
	uint8_t edns[VEC_MAX];          /* enum edns */
	uint8_t asks[VEC_MAX];          /* ASKS_ bits: what the query wants to know of the server */
	uint8_t feed[VEC_MAX];          /* when a rule decided */
	/* When its way is WAY_ZONE: its zone, what szone_find says of the name there, and the enum
	 * limit_class of the answer. */
	uint8_t zone[VEC_MAX], node_exact[VEC_MAX], zone_class[VEC_MAX];
	const struct szone_node *node[VEC_MAX];
	uint8_t rcode[VEC_MAX];      /* the low four bits, for the counters */
	uint16_t cookie_at[VEC_MAX]; /* offset in msg of the COOKIE option's data, if ASKS_COOKIE */
	uint16_t cookie_len[VEC_MAX]; /* its bytes, not checked yet */
	uint8_t cookie[VEC_MAX]; /* enum cookie; not COOKIE_NONE: the answer has cookie_reply */
	uint8_t cookie_reply[VEC_MAX][COOKIE_LEN];
	uint16_t suffix_at[VEC_MAX];            /* offset in msg of the listed name inside QNAME */
	const struct index_rule *rule[VEC_MAX]; /* NULL: not listed today */
	uint64_t sum_change[VEC_MAX]; /* of an answer: what it adds to the query's Internet checksum
				       * (checksum.h); 0: not known */
	struct hash_name hash[VEC_MAX];
	uint8_t name[VEC_MAX][NAME_LEN_MAX + 1 + VEC_NAME_PAD]; /* QNAME, canonical */
};

#define ASKS_NSID    1 /* by EDNS option (RFC 5001) */
#define ASKS_VERSION 2 /* version.bind, version.server in class CH */
#define ASKS_ID      4 /* id.server, hostname.bind (RFC 4892) */
#define ASKS_COOKIE  8 /* by EDNS option (RFC 7873) */

/* COOKIE_CLIENT: the client's alone.  COOKIE_BAD: with a server's that is not ours, or is too old.
 */
enum cookie { COOKIE_NONE, COOKIE_CLIENT, COOKIE_BAD, COOKIE_GOOD };

enum edns { EDNS_NONE, EDNS_PLAIN, EDNS_DO, EDNS_STATES };
