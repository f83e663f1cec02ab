/* source.h - the zones of a path: one file, a folder of parts as `cordon build` writes it, or an
 * update, folder or archive. */
#pragma once

#include "lists/update.h"

enum source_kind { SOURCE_ZONE, SOURCE_PARTS, SOURCE_UPDATE };

struct source {
	const char *path; /* borrowed */
	enum source_kind kind;
	bool is_folder;
	int fd; /* ours */
	struct update_limits limits;
};

/* Opens path and finds out what it is.  Returns 0 or -errno. */
int source_open(struct source *s, const char *path);
void source_close(struct source *s);

struct source_zone {
	const char *where;     /* member's or file's name */
	const uint8_t *suffix; /* of an update's part; NULL otherwise */
	size_t suffix_len;
	bool is_manifest;
	FILE *f; /* can be rewound */
};

/* Calls zone for each, a manifest first, parts in the order of their names.  A negative return
 * ends it.  Returns that, 0, -ERR_FORMAT after a reason was added, -errno. */
int source_each(struct source *s, struct reasons *reasons,
    int (*zone)(void *ctx, const struct source_zone *z), void *ctx);

/* A file without a name, for reading and writing, in TMPDIR or /var/tmp; -errno. */
int scratch_open(void);
FILE *scratch_file(void); /* NULL: errno says why */

/* Prints reasons, `PROGRAM: WHERE:LINE: TEXT (word)' a line. */
void reasons_print(const struct reasons *r, const char *program, const char *path, FILE *to);
