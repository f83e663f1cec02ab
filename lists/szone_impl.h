/* szone_impl.h - a static zone while it is made.  For lists/szone_*.c alone. */
#pragma once

#include "lists/read_impl.h"
#include "lists/szone.h"

/* A record as it was read. */
struct szone_raw {
	uint64_t key, rdata; /* offsets in bytes */
	uint32_t ttl, line;
	uint16_t type, len;
	uint8_t key_len;
};

struct szone_maker {
	struct reader *r; /* for reports */
	struct szone *z;  /* bytes grows while records are read */
	struct szone_raw *raw;
	uint64_t raw_n, raw_size, bytes_size, records_max;
	uint8_t apex[NAME_LEN_MAX]; /* key */
	unsigned apex_len;
};

/* Reports a mistake that was made at a line.  Returns false. */
bool szone_wrong(struct szone_maker *m, uint32_t line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Text of a key for messages.  Returns out. */
const char *szone_key_text(char out[NAME_TEXT_MAX], const uint8_t *key, unsigned len);

/* Sorts what was read and makes nodes, sets and records of it.  Reports mistakes.  Returns 0 or
 * -ENOMEM. */
int szone_link(struct szone_maker *m);

/* Notes delegations and where names in RDATA lead, and reports what must not be.  After szone_link
 * without a report. */
void szone_check(struct szone_maker *m);
