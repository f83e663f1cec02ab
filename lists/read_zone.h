/* read_zone.h - the two halves of the zone reader: read_zone.c walks the records,
 * read_zone_text.c knows what the strings of our TXT records mean. */
#pragma once

#include "lists/read_rr.h"

#define ZONE_HEAD_MARK "; cordon1 list; the last line counts its entries"
#define ZONE_END_MARK  "; end of zone, entries: "

struct zone {
	struct reader *r;
	struct rr_stream rr;
	struct list_meta meta;
	bool has_soa, has_meta;
	bool has_head_mark, has_end_mark; /* ZONE_HEAD_MARK demands ZONE_END_MARK */
	bool by_ldns;                     /* no record takes the fast path */
	bool fast;                        /* the record at hand took it */
	uint64_t records;                 /* TXT records below the apex */
	uint8_t tail[NAME_LEN_MAX];       /* what a relative owner lacks to be the listed name */
	uint8_t tail_len;                 /* 0: $ORIGIN is not below the apex */
	size_t origin_size;               /* of $ORIGIN, bytes */
};

/* Takes apart a line of just the form that zone_write_entry makes: false for any other, among
 * them some that are well-formed.  Reports nothing. */
bool zone_line_split(const char *line, size_t len, size_t *owner_len, struct rr_texts *texts);

/* Fills z->meta from the strings of the apex.  Reports; false after a mistake. */
bool zone_read_meta(struct zone *z, const struct rr_texts *texts);

/* Fills z->r->e but the name from an entry's strings.  Reports; false after a mistake. */
bool zone_read_entry(struct zone *z, const struct rr_texts *texts);

/* Whether meta's origin is suffix.feed.hub, with a hub of one label or more. */
bool zone_origin_fits(const struct list_meta *meta);
