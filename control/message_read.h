/* message_read.h - takes DNS messages apart (RFC 1035 4.1), record by record.
 *
 * Pure; every length is checked before the bytes behind it are looked at. */
#pragma once

#include "lists/name.h"

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_HEADER 12 /* bytes */
#define MESSAGE_MAX    65535

enum message_flag { /* of the 16 bits behind the ID */
	MESSAGE_QR = 0x8000,
	MESSAGE_OPCODE = 0x7800,
	MESSAGE_AA = 0x0400,
	MESSAGE_TC = 0x0200,
	MESSAGE_RD = 0x0100,
	MESSAGE_RCODE = 0x000f,
};
#define MESSAGE_OPCODE_SHIFT 11

struct message_rr {
	size_t at; /* where the record begins */
	size_t rdata_at;
	uint32_t ttl;
	uint16_t type, class, rdata_len;
	uint8_t owner_len;
	uint8_t owner[NAME_LEN_MAX]; /* canonical */
};

static inline uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline void
put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

/* The name at *at, made canonical; pointers are followed, only ever backwards.  Moves *at
 * behind it.  Returns its length, 1..255, or -ERR_SHORT, -ERR_NAME. */
int message_name(uint8_t out[NAME_LEN_MAX], const uint8_t *msg, size_t len, size_t *at);

/* The record at *at; moves *at behind it.  Returns 0, -ERR_SHORT or -ERR_NAME. */
int message_rr_read(struct message_rr *rr, const uint8_t *msg, size_t len, size_t *at);

/* The question at *at, its class and type in rr; the rest of rr is undefined. */
int message_question_read(struct message_rr *rr, const uint8_t *msg, size_t len, size_t *at);
