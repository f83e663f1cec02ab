/* update_impl.h - between the two ways to read an update.  For lists/update*.c. */
#pragma once

#include "lists/update.h"

struct archive_reader;

struct update {
	struct reasons *reasons;
	struct update_limits limits;
	int fd, scratch;
	struct archive_reader *archive; /* ours; NULL: a folder */
	char **name;                    /* ours: a folder's members, sorted */
	size_t names, next;
	FILE *f; /* ours: the member at hand */
	uint64_t total;
	size_t members;
	bool has_manifest;
	char (*seen)[REASON_WHERE_MAX]; /* ours: an archive's members so far */
	size_t room;
};

/* The larger a member may be: what its kind allows, and what is left of the whole. */
uint64_t update_allowance(const struct update *u, const struct update_member *m);

/* Says that a member, or the whole, is too large.  Returns -ERR_FORMAT. */
int update_too_large(struct update *u, const char *name);

/* Writes all of it at the descriptor's position.  Returns 0 or -errno. */
int update_write(int fd, const uint8_t *bytes, size_t len);

int archive_reader_open(struct archive_reader **out, struct update *u);
void archive_reader_close(struct archive_reader *a);

/* The next entry's name and type; the caller checks them.  Returns as update_next. */
int archive_reader_next(struct archive_reader *a, char name[REASON_WHERE_MAX], bool *is_regular);

/* Copies the entry to the scratch file.  m's bytes are set.  Returns 0 or as update_next. */
int archive_reader_extract(struct archive_reader *a, struct update_member *m);
