/* message.h - writes a DNS message, with name compression (RFC 1035 4.1.4).
 *
 * The caller's bytes; the message is whole after each call.  Room for a TSIG is kept by giving
 * less room than there is.  Pure. */
#pragma once

#include "control/message_read.h"

#define MESSAGE_POINTER_MAX 0x3fff
#define MESSAGE_NAMES       4096 /* a power of two: slots for suffixes that may be pointed at */

enum message_section { MESSAGE_ANSWER, MESSAGE_AUTHORITY, MESSAGE_ADDITIONAL };

/* A record to be written: names in its rdata stand whole. */
struct message_record {
	const uint8_t *owner; /* canonical */
	size_t owner_len;
	uint16_t type, class;
	uint32_t ttl;
	const uint8_t *rdata;
	size_t rdata_len;
};

struct message {
	uint8_t *bytes; /* borrowed */
	size_t len, room;
	uint16_t names[MESSAGE_NAMES]; /* where a suffix stands; 0: free */
	unsigned names_n;
};

/* Begins with a header and no question. */
void message_start(struct message *m, uint8_t *bytes, size_t room, uint16_t id, uint16_t flags);

/* Adds the question in the letters in which it was asked.  Returns 0 or -ERR_FULL. */
int message_question(
    struct message *m, const uint8_t *name, size_t len, uint16_t type, uint16_t class);

/* Adds a record; sections must come in order.  Returns 0, or -ERR_FULL and m is as before. */
int message_add(struct message *m, enum message_section section, const struct message_record *r);

static inline unsigned
message_count(const struct message *m, enum message_section section)
{
	return get16(m->bytes + 6 + 2 * (unsigned)section);
}
