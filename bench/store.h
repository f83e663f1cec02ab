/* store.h - the names of a list, for drawing queries from. */
#pragma once

#include "lists/read.h"

#include <stddef.h>
#include <stdint.h>

#define STORE_PAD         16 /* bytes readable past a name */
#define STORE_MISS_LONGER 16 /* an unlisted name is at most so much longer than the longest */

struct draw;
struct index;

struct names_store {
	uint8_t *bytes; /* canonical names */
	uint32_t *at;   /* where each begins */
	uint64_t n, room;
	size_t used, bytes_room;
	unsigned longest;    /* bytes */
	struct index *index; /* of all of them; NULL unless made */
	char digest[65];     /* SHA-256 over the names in order, hexadecimal */
};

/* Takes the names of a list file, without their windows; mistakes go to error, which may be NULL.
 * Returns 0 or an error of list_read; -ERR_SHORT when there are none. */
int store_read(
    struct names_store *s, const char *path, void (*error)(void *, const struct list_error *));

/* Takes n names made up as names.h does, those that `names_print n` prints. */
int store_make(struct names_store *s, uint64_t n);

/* Makes the index, which store_unlisted needs. */
int store_index(struct names_store *s);
void store_free(struct names_store *s);

const uint8_t *store_name(const struct names_store *s, uint64_t k);
unsigned store_name_len(const uint8_t *name);

/* Writes a name that no listed name covers: a made-up label in front of the parent of name k, or
 * of the top-level domain.  out: NAME_LEN_MAX + STORE_PAD bytes.
 * Returns 0, or -ERR_FULL when 1000 labels were all listed. */
int store_unlisted(const struct names_store *s, uint64_t k, struct draw *d, uint8_t *out);
