/* book_json.h - values of a JSON text that nobody has checked yet.  For control/book*.c. */
#pragma once

#include "control/book.h"

#include <jansson.h>

struct book_reader {
	char *error;    /* BOOK_ERROR_MAX bytes */
	char where[80]; /* "zones[3]" */
	struct book *book;
};

/* Writes the mistake, with where it is.  Returns rc. */
int book_mistake(struct book_reader *r, int rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* All return 0, or a code after book_mistake.  Texts are borrowed from the JSON. */
int book_text(struct book_reader *r, const json_t *o, const char *key, const char **out);
int book_number(
    struct book_reader *r, const json_t *o, const char *key, uint32_t max, uint32_t *out);
int book_name(struct book_reader *r, const char *key, const char *text, uint8_t out[NAME_LEN_MAX],
    uint8_t *len);

/* Calls each for every element of the array o[key], with items at *out: n zeroed ones of size
 * bytes, the book's.  A missing array has no elements. */
struct book_list {
	const char *key;
	size_t max, size;
	int (*each)(struct book_reader *r, const json_t *element, void *item);
};
int book_list(
    struct book_reader *r, const json_t *o, const struct book_list *list, void *out, size_t *n);

/* The two kinds of element that are large. */
int book_read_registry(struct book_reader *r, const json_t *o, void *registry);
int book_read_zone(struct book_reader *r, const json_t *o, void *zone);
int book_read_catalog(struct book_reader *r, const json_t *o, void *zone);

/* Orders and checks what was read as a whole. */
int book_join(struct book_reader *r);
