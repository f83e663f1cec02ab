/* update.h - an update as a stream of members: a folder, or a tar archive.
 *
 * Members are MANIFEST.zone, which comes first, and parts/SUFFIX.zone, each once and each a
 * regular file; anything else is a reason.  An archive is plain ustar or pax, as it is or
 * compressed once with gzip or zstd.  Everything is bounded before it is read; no member is held
 * in memory, and nothing is written but to the scratch file. */
#pragma once

#include "lists/manifest.h"

struct update_limits {           /* 0: the default */
	uint64_t archive_bytes;  /* of the file; 1 GiB */
	uint64_t manifest_bytes; /* 8 MiB */
	uint64_t member_bytes;   /* of any other; 2 GiB */
	uint64_t total_bytes;    /* of all members, expanded; 4 GiB */
	size_t members;          /* MANIFEST_PARTS_MAX + 1 */
};

struct update_member {
	char name[REASON_WHERE_MAX];
	uint8_t suffix[NAME_LEN_MAX];
	uint8_t suffix_len; /* 0: the manifest; 1: the part of the root */
	uint64_t bytes;
	FILE *f; /* at its beginning, can be rewound; ours until the next update_next */
};

struct update;

/* Opens an update.
 *   fd       a directory or a regular file, the caller's, to stay open until update_close
 *   scratch  a file that may be written, the caller's; takes one member at a time, so that what
 *            is checked is what is used.  -1: a folder that nobody else writes to is read in
 *            place; not for archives
 *   reasons  borrowed until update_close
 * Returns 0, -ERR_FORMAT after a reason was added, -errno. */
int update_open(struct update **out, int fd, int scratch, const struct update_limits *limits,
    struct reasons *reasons);
void update_close(struct update *u);

/* Returns 1 with a member, 0 at the end, -ERR_FORMAT after a reason was added (the update is of
 * no use then), -errno. */
int update_next(struct update *u, struct update_member *m);
