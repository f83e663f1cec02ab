/* zones.h - the static zones of an image: found by name, answered by RFC 1034 4.3.2.
 *
 * What is at or below the origin of a static zone belongs to that zone, whatever lists say.
 * Built whole by zones_load, then only read. */
#pragma once

#include "dataplane/vec.h"
#include "lists/szone.h"

#include <stdint.h>

#define ZONES_MAX 64

struct counters;
struct image;
struct options;

struct zones {
	unsigned n;
	struct {
		struct szone *zone; /* ours */
		uint8_t above;      /* the zone above it that is here too; ZONES_MAX: none */
		uint8_t key_len;
		uint8_t key[NAME_LEN_MAX]; /* of the origin (szone.h); zones are sorted by it */
	} at[ZONES_MAX];
};

/* Takes one mistake: "path:line: what is wrong": a feeds_error_fn. */
typedef void zones_error_fn(void *ctx, const char *text);

/* Reads the zone files that o names; *out is NULL when it names none.  Returns 0, -ERR_FORMAT or
 * another error after at least one call of error, or -ENOMEM. */
int zones_load(struct zones **out, const struct options *o, zones_error_fn *error, void *ctx);
void zones_free(struct zones *zones); /* NULL is allowed */

/* Makes n zones, whose at[].zone are there, ready to be found. */
void zones_arrange(struct zones *zones);

/* The zone that a name belongs to, by its key (szone_key): the one with the longest origin at or
 * above it.  Returns its index, or ZONES_MAX.  Hot. */
unsigned zones_find(const struct zones *zones, const uint8_t *key, unsigned len);

/* Gives the lanes from..to - 1 that a static zone has to answer the way WAY_ZONE, finds their
 * names, and says of which kind the answer will be.  A chain of CNAMEs is positive, wherever it
 * leads. Behind stage_query.  Hot. */
void stage_zones(struct vec *v, unsigned from, unsigned to, const struct zones *zones);

/* Answers a lane whose way is WAY_ZONE: header, question, sections, OPT.  Hot. */
void zone_respond(struct vec *v, unsigned i, const struct image *img, struct counters *c);
