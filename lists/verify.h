/* verify.h - whether an update, or one part of it, is what a feed's publishers signed.
 *
 * Nothing is taken from a file before its digest and the signatures over it were checked, and
 * nothing of an update is to be put into force before update_verify returned and the state is
 * VERIFY_VALID: what the callbacks get until then is provisional.  No clock, no network. */
#pragma once

#include "lists/read.h"
#include "lists/trust.h"
#include "lists/update.h"

enum verify_state {
	VERIFY_VALID,   /* m distinct pinned keys signed every zone of it; no reason is fatal */
	VERIFY_WAITING, /* what is there is all in order; further signatures are missing */
	VERIFY_REFUSED,
};

/* One zone: the manifest or a part. */
struct zone_verdict {
	char where[REASON_WHERE_MAX];
	uint8_t suffix[NAME_LEN_MAX];
	uint8_t suffix_len; /* 0: the manifest */
	uint32_t serial;
	uint64_t names; /* records below the apex */
	uint8_t digest[SHA384_BYTES];
	uint64_t signers; /* bit i: key i of trust counts */
	struct signature_found found[TRUST_SIGNATURES_MAX];
	size_t found_n;
	struct list_meta meta; /* of a part */
};

struct verify {
	/* Set by the caller; all borrowed. */
	const struct trust *trust; /* its version: a key change must be of the next */
	int64_t now;     /* Unix seconds */
	bool has_serial; /* whether one is in force: then only a newer one will do */
	uint32_t serial; /* of the update; part_verify: of the part */
	int scratch;     /* update.h; update_verify only */
	int spill_fd;    /* zonemd.h; -1: zones that are not in canonical order must fit 64 MiB */
	struct update_limits limits;
	uint64_t records_max; /* of one part; 0: 200 million */
	void *ctx;
	/* Each may be NULL; a negative return ends the work and is returned.  They are called for
	 * a part that has no fatal reason and at least one signature that counts:
	 * every entry, then the part with its file rewound. */
	/* Before any part, f being the manifest's file; a key change has nothing behind it. */
	int (*listed)(void *ctx, const struct manifest *m, FILE *f);
	int (*entry)(void *ctx, const struct zone_verdict *part, const struct entry *e);
	int (*part)(void *ctx, const struct zone_verdict *part, FILE *f);

	/* Result. */
	enum verify_state state;
	unsigned missing; /* signatures of further keys, of the zone that lacks most */
	uint64_t signers; /* keys that signed every zone */
	int64_t until;    /* Unix seconds: last one at which enough signatures live; valid only */
	uint64_t names;   /* of all parts */
	size_t parts;
	struct manifest manifest; /* update_verify; ours until verify_free */
	struct reasons reasons;   /* likewise */
};

/* Checks a whole update, a folder or an archive.  Returns 0 with the result in v, whatever the
 * state; or -errno, -ERR_FULL, -ERR_LIBRARY, or what a callback returned: then there is no result.
 * verify_free in each case. */
int update_verify(struct verify *v, int fd);

/* Checks a manifest alone: that of an update, without the parts that it lists, or a key change.  A
 * key change is valid when enough of the keys of before signed it, and as many of the new ones as
 * it says will have to: a set that cannot sign would be the feed's end.  f is read twice, as by
 * part_verify.  Returns as update_verify. */
int manifest_verify(struct verify *v, FILE *f, const char *where);

/* Checks one part alone.  f can be rewound and is read twice: nobody else may be able to write to
 * it meanwhile; where is for the reasons. */
int part_verify(struct verify *v, FILE *f, const char *where);

void verify_free(struct verify *v);

const char *verify_state_text(enum verify_state state);
