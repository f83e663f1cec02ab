#include "control/verdict.h"

#include "base/err.h"
#include "control/trust_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
number(const json_t *o, const char *key, uint64_t max, uint64_t *out)
{
	const json_t *v = json_object_get(o, key);
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v) || n < 0 || (uint64_t)n > max)
		return -ERR_FORMAT;
	*out = (uint64_t)n;
	return 0;
}

static int
serial(const json_t *o, uint32_t *out)
{
	uint64_t n = 0;
	int rc = number(o, "serial", UINT32_MAX, &n);

	*out = (uint32_t)n;
	return rc;
}

static int
read_part(struct verdict_part *p, json_t *o, uint64_t at, uint64_t out_size)
{
	const char *suffix = json_string_value(json_object_get(o, "suffix"));
	char text[NAME_TEXT_MAX];
	int len = suffix ? name_from_text(p->name, suffix, strlen(suffix)) : -ERR_FORMAT;

	/* Only the one way in which a suffix can be written: it becomes part of a zone's name. */
	if (len < 0)
		return -ERR_FORMAT;
	name_to_text(text, p->name);
	if (strcmp(text, suffix) != 0)
		return -ERR_FORMAT;
	strcpy(p->suffix, text);
	p->name_len = (uint8_t)len;
	if (serial(o, &p->serial) < 0 || number(o, "names", INT64_MAX, &p->names) < 0 ||
	    number(o, "added", INT64_MAX, &p->added) < 0 ||
	    number(o, "removed", INT64_MAX, &p->removed) < 0 ||
	    number(o, "offset", out_size, &p->offset) < 0 ||
	    number(o, "size", out_size, &p->size) < 0)
		return -ERR_FORMAT;
	json_object_del(o, "offset");
	json_object_del(o, "size");
	return p->offset == at && p->size && p->size <= out_size - at ? 0 : -ERR_FORMAT;
}

static int
by_suffix(const void *a, const void *b)
{
	return strcmp(
	    ((const struct verdict_part *)a)->suffix, ((const struct verdict_part *)b)->suffix);
}

static int
read_parts(struct verdict *v, uint64_t out_size)
{
	json_t *parts = json_object_get(v->json, "parts"), *o;
	uint64_t at = v->manifest;
	size_t i;

	if (!json_is_array(parts))
		return -ERR_FORMAT;
	if (json_array_size(parts) > VERDICT_PARTS_MAX)
		return -ERR_LIMIT;
	v->part = calloc(json_array_size(parts) + 1, sizeof(*v->part));
	if (!v->part)
		return -ENOMEM;
	json_array_foreach(parts, i, o)
	{
		if (read_part(&v->part[i], o, at, out_size) < 0)
			return -ERR_FORMAT;
		at += v->part[i].size;
		v->parts++;
	}
	qsort(v->part, v->parts, sizeof(*v->part), by_suffix);
	for (i = 1; i < v->parts; i++)
		if (by_suffix(&v->part[i - 1], &v->part[i]) == 0)
			return -ERR_FORMAT;
	return 0;
}

static int
read_state(struct verdict *v)
{
	const char *state = json_string_value(json_object_get(v->json, "state"));

	for (v->state = 0; state && v->state < UPDATE_STATES; v->state++)
		if (strcmp(state, update_state_text(v->state)) == 0)
			return 0;
	return -ERR_FORMAT;
}

/* What is in the place of parts. */
static int
read_keys(struct verdict *v)
{
	const json_t *keys = json_object_get(v->json, "keys");
	const char *kind = json_string_value(json_object_get(v->json, "kind"));
	int rc;

	if (!kind || (strcmp(kind, "update") != 0 && strcmp(kind, "keys") != 0))
		return -ERR_FORMAT;
	v->is_keys = strcmp(kind, "keys") == 0;
	if (!v->is_keys || v->state != UPDATE_ACCEPTED)
		return keys && !v->is_keys ? -ERR_FORMAT : 0;
	v->keys = calloc(1, sizeof(*v->keys));
	if (!v->keys)
		return -ENOMEM;
	rc = trust_from_json(v->keys, keys);
	return rc == 0 && (v->keys->version != v->serial || v->parts) ? -ERR_FORMAT : rc;
}

static int
read_text(const json_t *o, const char *key, char *out, size_t room)
{
	const char *text = json_string_value(json_object_get(o, key));

	if (!text || strlen(text) >= room)
		return -ERR_FORMAT;
	strcpy(out, text);
	return 0;
}

int
verdict_read(struct verdict *v, const char *text, size_t len, uint64_t out_size)
{
	int rc;

	memset(v, 0, sizeof(*v));
	if (len > VERDICT_BYTES_MAX)
		return -ERR_LIMIT;
	v->json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(v->json))
		return -ERR_FORMAT;
	rc = read_state(v);
	rc = rc < 0 ? rc : read_text(v->json, "feed", v->feed, sizeof(v->feed));
	rc = rc < 0 ? rc : read_text(v->json, "archive", v->archive, sizeof(v->archive));
	if (rc == 0 && (strlen(v->archive) != STORE_DIGEST_HEX - 1 ||
			   v->archive[strspn(v->archive, "0123456789abcdef")]))
		rc = -ERR_FORMAT;
	rc = rc < 0 ? rc : serial(v->json, &v->serial);
	if (rc == 0 && !json_is_array(json_object_get(v->json, "reasons")))
		rc = -ERR_FORMAT;
	rc = rc < 0 ? rc : number(v->json, "manifest", out_size, &v->manifest);
	json_object_del(v->json, "manifest");
	rc = rc < 0 ? rc : read_parts(v, out_size);
	rc = rc < 0 ? rc : read_keys(v);
	/* An update is a list: one without a part would take all of it out of force. */
	return rc == 0 && v->state == UPDATE_ACCEPTED && !v->parts && !v->keys ? -ERR_FORMAT : rc;
}

void
verdict_free(struct verdict *v)
{
	json_decref(v->json);
	free(v->part);
	free(v->keys);
	memset(v, 0, sizeof(*v));
}
