/* read_rr.h - records of a master file (RFC 1035 5) through ldns, one at a time.
 *
 * ldns parses single records; directives, comments, parentheses and where a record
 * ends are ours, so that every mistake has its line and column.  For lists/read_*.c. */
#pragma once

#include "lists/read_impl.h"

#include <ldns/ldns.h>

#define RR_TEXTS_MAX     64
#define RR_TYPE_TEXT_MAX 32

struct rr_stream {
	struct reader *r;
	ldns_rdf *origin, *prev; /* ours: $ORIGIN, and the owner of the record before */
	bool has_origin;         /* a $ORIGIN was read; the root stands in until then */
	uint32_t ttl;
	char *clean; /* the record, comments and parentheses blanked, byte for byte in place */
};

struct rr {
	ldns_rr *ldns; /* ours until rr_free */
	int type;
	int owner_len;
	uint8_t owner[NAME_LEN_MAX]; /* canonical */
};

/* The strings of a TXT record, borrowed from where they were read. */
struct rr_texts {
	const char *text[RR_TEXTS_MAX];
	uint8_t len[RR_TEXTS_MAX];
	unsigned n;
};

/* Returns 0 or -ENOMEM. */
int rr_open(struct rr_stream *s, struct reader *r);
void rr_close(struct rr_stream *s);

/* Reads the record that begins with the reader's line.  Returns whether there was one: false
 * for directives, comments and blank lines, and after a mistake, which is reported. */
bool rr_read(struct rr_stream *s, struct rr *rr);
void rr_free(struct rr *rr);

/* Set what relative names and records without an owner take up.  Return false, out of memory. */
bool rr_set_origin(struct rr_stream *s, const uint8_t *name, size_t len);
bool rr_set_prev(struct rr_stream *s, const uint8_t *name, size_t len);

/* The strings of a TXT record.  Returns false, reported, when there are too many. */
bool rr_texts(struct rr_stream *s, const struct rr *rr, struct rr_texts *texts);

/* The type's mnemonic, or TYPEnnn.  Returns out. */
const char *rr_type_text(int type, char out[RR_TYPE_TEXT_MAX]);

/* Where string k of the TXT record in text begins, comments blanked; 0 if it is not found. */
size_t rr_text_offset(const char *text, size_t len, unsigned k);

/* Reports that the file ends too early, and ends the reading.  Returns false. */
bool rr_cut(struct reader *r);
