/* sign.h - `cordon sign` between its files: options, one zone, a whole update. */
#pragma once

#include "control/source.h"
#include "lists/normal.h"

struct sign {
	const char *program;                      /* begins messages */
	const char *output;                       /* NULL: in place */
	const char *feed, *hub;                   /* of a key change */
	const char *keys_to_name[TRUST_KEYS_MAX]; /* likewise: the set from now on */
	size_t keys_to_name_n;
	unsigned new_threshold;
	struct private_key *key[SIGN_KEYS_MAX]; /* ours */
	size_t keys;
	int64_t now, inception, expiration; /* Unix seconds */
	uint32_t serial;                    /* of a new update; 0: the latest of its parts */
	uint32_t version;                   /* of the keys; 0: it is no key change */
	bool fresh;
	struct source source;
	struct reasons reasons;
	struct manifest manifest; /* of a new update, as it is made */
	int folder;               /* what is written, while it is; -1 */
	int spill;                /* for sorting; ours */
	size_t zones;
	uint64_t names;
};

/* Signs the zone in f and writes it to `to`.  listed takes what a manifest says of it, but for the
 * suffix; NULL: not wanted.  Returns 0, or a negative code after it was said or with reasons. */
int sign_zone(struct sign *s, FILE *f, const char *where, FILE *to, struct manifest_part *listed);

/* Sign what s->source is, or make the key change of s->version.  Return 0, or a negative code after
 * it was said. */
int sign_file(struct sign *s);
int sign_update(struct sign *s);

/* Says what failed; returns rc. */
int sign_complain(const struct sign *s, const char *about, int rc);
