#include "control/book_json.h"

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int
book_mistake(struct book_reader *r, int rc, const char *fmt, ...)
{
	int n = snprintf(r->error, BOOK_ERROR_MAX, "%s: ", r->where);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->error + n, (size_t)(BOOK_ERROR_MAX - n), fmt, ap);
	va_end(ap);
	return rc;
}

int
book_text(struct book_reader *r, const json_t *o, const char *key, const char **out)
{
	const json_t *v = json_object_get(o, key);

	*out = json_string_value(v);
	if (!*out || !**out)
		return book_mistake(r, -ERR_FORMAT, "needs \"%s\", a text", key);
	if (strlen(*out) != json_string_length(v))
		return book_mistake(r, -ERR_FORMAT, "\"%s\" has a NUL", key);
	return 0;
}

int
book_number(struct book_reader *r, const json_t *o, const char *key, uint32_t max, uint32_t *out)
{
	const json_t *v = json_object_get(o, key);
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v) || n < 0 || n > max)
		return book_mistake(r, -ERR_FORMAT, "needs \"%s\", 0 to %u", key, max);
	*out = (uint32_t)n;
	return 0;
}

int
book_name(struct book_reader *r, const char *key, const char *text, uint8_t out[NAME_LEN_MAX],
    uint8_t *len)
{
	int n = name_from_text(out, text, strlen(text));

	if (n < 2)
		return book_mistake(r, -ERR_FORMAT, "\"%s\" is no domain name: %.80s", key, text);
	*len = (uint8_t)n;
	return 0;
}

int
book_list(
    struct book_reader *r, const json_t *o, const struct book_list *list, void *out, size_t *n)
{
	const json_t *array = json_object_get(o, list->key);
	size_t count = json_array_size(array);
	char before[sizeof(r->where)];
	char *item;
	int rc = 0;

	if (array && !json_is_array(array))
		return book_mistake(r, -ERR_FORMAT, "\"%s\" is no array", list->key);
	if (count > list->max)
		return book_mistake(
		    r, -ERR_LIMIT, "\"%s\" has over %zu elements", list->key, list->max);
	*n = 0;
	if (!count)
		return 0;
	item = calloc(count, list->size);
	if (!item)
		return book_mistake(r, -ENOMEM, "out of memory");
	memcpy(out, &item, sizeof(item));
	memcpy(before, r->where, sizeof(before));
	for (size_t i = 0; i < count && rc == 0; i++) {
		snprintf(r->where, sizeof(r->where), "%.24s%s%.12s[%zu]", before,
		    *before ? "." : "", list->key, i);
		*n = i + 1; /* what it allocates before a mistake is freed with the book */
		rc = list->each(r, json_array_get(array, i), item + i * list->size);
	}
	memcpy(r->where, before, sizeof(before));
	return rc;
}
