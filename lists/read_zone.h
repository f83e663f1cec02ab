/* read_zone.h - the parts of the zone reader: read_zone.c walks the records, read_zone_text.c
 * knows what the strings of our TXT records mean, delta.c what a delta's SOA records mean. */
#pragma once

#include "lists/delta.h"
#include "lists/read_rr.h"

#define ZONE_HEAD_MARK "; cordon1 list; the last line counts its entries"
#define ZONE_END_MARK  "; end of zone, entries: "

/* What is expected next: the SOA that it leads to, that it starts from; what goes; what comes. */
enum delta_step { DELTA_HEAD, DELTA_FROM, DELTA_GOES, DELTA_COMES, DELTA_DONE };

#define WINDOW_TEXT_MAX 21 /* "2009-04-01/2009-04-02" */

struct zone_delta {
	const struct delta_sink *sink;
	struct list_delta about;
	enum delta_step step;
	uint32_t at; /* the serial of the SOA before */
};

struct zone {
	struct reader *r;
	struct rr_stream rr;
	struct zone_delta *delta; /* NULL: it is a zone */
	struct list_meta meta;
	bool has_soa, has_meta;
	bool has_head_mark, has_end_mark; /* ZONE_HEAD_MARK demands ZONE_END_MARK */
	bool by_ldns;                     /* no record takes the fast path */
	bool fast;                        /* the record at hand took it */
	uint64_t records;                 /* TXT records below the apex */
	/* The window of the entry before: most are the same. */
	char window[WINDOW_TEXT_MAX];
	uint8_t window_len; /* 0: none */
	int32_t from, until;
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

/* Follows $ORIGIN, once meta's origin and suffix are known. */
void zone_set_tail(struct zone *z);

/* Of a delta: takes a record of the apex; says whether there may be changes here, or reports;
 * reports what is missing at the end. */
void zone_delta_apex(struct zone *z, const struct rr *rr);
bool zone_delta_may_change(struct zone *z);
void zone_delta_end(struct zone *z);

/* Reads a delta as read_zone reads a zone. */
void read_zone_delta(struct reader *r, struct zone_delta *d);

/* Whether meta's origin is suffix.feed.hub, with a hub of one label or more. */
bool zone_origin_fits(const struct list_meta *meta);
