#include "control/book_json.h"

#include "base/err.h"
#include "lists/catalog_zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A path that stays below the state directory. */
static bool
is_inside(const char *path)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";

	return *path != '/' && !path[strspn(path, allowed)] && !strstr(path, "..") &&
	       strlen(path) < 256;
}

static int
read_version(struct book_reader *r, const json_t *o, void *item)
{
	struct book_version *v = item;
	const char *file;
	int rc;

	rc = book_number(r, o, "serial", UINT32_MAX, &v->serial);
	rc = rc < 0 ? rc : book_text(r, o, "file", &file);
	if (rc < 0)
		return rc;
	if (!is_inside(file))
		return book_mistake(
		    r, -ERR_FORMAT, "\"file\" leaves the state directory: %.80s", file);
	v->file = strdup(file);
	return v->file ? 0 : book_mistake(r, -ENOMEM, "out of memory");
}

static int
find_registry(struct book_reader *r, const char *name, uint32_t *out)
{
	for (size_t i = 0; name && i < r->book->registries_n; i++)
		if (strcmp(r->book->registries[i].name, name) == 0) {
			*out = (uint32_t)i;
			return 0;
		}
	return book_mistake(
	    r, -ERR_FORMAT, "no such registry in the book: %.80s", name ? name : "no text");
}

static int
read_reader(struct book_reader *r, const json_t *o, void *item)
{
	return find_registry(r, json_string_value(o), item);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
read_origin(struct book_reader *r, const json_t *o, struct book_zone *z)
{
	const char *origin;
	int rc = book_text(r, o, "origin", &origin);

	return rc < 0 ? rc : book_name(r, "origin", origin, z->origin, &z->origin_len);
}

int
book_read_zone(struct book_reader *r, const json_t *o, void *item)
{
	static const struct book_list history = {
	    "history", BOOK_HISTORY_MAX, sizeof(struct book_version), read_version};
	static const struct book_list readers = {
	    "readers", BOOK_REGISTRY_MAX, sizeof(uint32_t), read_reader};
	struct book_zone *z = item;
	size_t n = 0;
	int rc;

	rc = read_origin(r, o, z);
	rc = rc < 0 ? rc : read_version(r, o, &z->now);
	rc = rc < 0 ? rc : book_list(r, o, &history, &z->history, &n);
	z->history_n = (unsigned)n;
	n = 0;
	rc = rc < 0 ? rc : book_list(r, o, &readers, &z->readers, &n);
	z->readers_n = (unsigned)n;
	if (n)
		qsort(z->readers, n, sizeof(*z->readers), by_number);
	return rc;
}

static int
write_members(struct book_reader *r, struct catalog_writer *w, const json_t *members)
{
	uint8_t name[NAME_LEN_MAX], len;
	const json_t *member;
	size_t i;

	json_array_foreach(members, i, member)
	{
		const char *text = json_string_value(member);
		int rc = text ? book_name(r, "members", text, name, &len) : -ERR_FORMAT;

		rc = rc < 0 ? rc : catalog_write_member(w, name, len);
		if (rc < 0)
			return book_mistake(r, rc, "member %zu is no zone's name", i);
	}
	return 0;
}

/* Writes the catalog's zone to memory. */
static int
make_catalog(struct book_reader *r, const json_t *o, struct book_zone *z)
{
	const json_t *members = json_object_get(o, "members");
	struct catalog_writer w;
	FILE *to;
	int rc = 0;

	if (!json_is_array(members) || json_array_size(members) > BOOK_ZONES_MAX)
		return book_mistake(
		    r, -ERR_FORMAT, "needs \"members\", up to %d names", BOOK_ZONES_MAX);
	to = open_memstream(&z->now.bytes, &z->now.len);
	if (!to)
		return book_mistake(r, -ENOMEM, "out of memory");
	catalog_write_head(&w, to, z->origin, z->now.serial);
	rc = write_members(r, &w, members);
	if (fclose(to) != 0 && rc == 0)
		rc = book_mistake(r, -ENOMEM, "out of memory");
	return rc;
}

int
book_read_catalog(struct book_reader *r, const json_t *o, void *item)
{
	struct book_zone *z = item;
	const char *reader;
	int rc;

	rc = read_origin(r, o, z);
	rc = rc < 0 ? rc : book_number(r, o, "serial", UINT32_MAX, &z->now.serial);
	rc = rc < 0 ? rc : book_text(r, o, "reader", &reader);
	if (rc < 0)
		return rc;
	z->readers = calloc(1, sizeof(*z->readers));
	if (!z->readers)
		return book_mistake(r, -ENOMEM, "out of memory");
	z->readers_n = 1;
	rc = find_registry(r, reader, z->readers);
	return rc < 0 ? rc : make_catalog(r, o, z);
}
