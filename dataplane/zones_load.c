#include "dataplane/zones.h"

#include "base/err.h"
#include "dataplane/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file. */
struct reading {
	const char *path;
	zones_error_fn *error;
	void *ctx;
	unsigned errors;
};

static void
on_error(void *ctx, const struct list_error *e)
{
	struct reading *r = ctx;
	char text[2048], at[40] = "";

	if (e->line && e->column)
		snprintf(at, sizeof(at), ":%" PRIu64 ":%" PRIu32, e->line, e->column);
	else if (e->line)
		snprintf(at, sizeof(at), ":%" PRIu64, e->line);
	snprintf(text, sizeof(text), "%s%s: %s", r->path, at, e->text);
	r->error(r->ctx, text);
	r->errors++;
}

static int
read_zone(struct szone **out, const struct zone_options *from, struct reading *r)
{
	const struct list_sink sink = {.ctx = r, .error = on_error};
	FILE *f = fopen(r->path, "re");
	int rc = -errno;

	if (f)
		rc = szone_read(
		    out, f, r->path, from->origin, from->origin_len, from->records_max, &sink);
	if (rc < 0 && !r->errors)
		on_error(r, &(struct list_error){.text = err_text(rc)});
	if (f)
		fclose(f);
	return rc;
}

static int
add_zone(struct zones *zones, const struct zone_options *from, const char *dir, struct reading *r)
{
	struct szone *z;
	char *path;
	int rc;

	if (asprintf(&path, "%s%s", *from->file == '/' ? "" : dir, from->file) < 0)
		return -ENOMEM;
	r->path = path;
	rc = read_zone(&z, from, r);
	free(path);
	if (rc < 0)
		return rc;
	zones->at[zones->n++].zone = z;
	return 0;
}

static int
by_key(const void *va, const void *vb)
{
	const __typeof__(((struct zones *)0)->at[0]) *a = va, *b = vb;
	int order = memcmp(a->key, b->key, a->key_len < b->key_len ? a->key_len : b->key_len);

	return order ? order : a->key_len - b->key_len;
}

void
zones_arrange(struct zones *zones)
{
	for (unsigned i = 0; i < zones->n; i++)
		zones->at[i].key_len =
		    (uint8_t)szone_key(zones->at[i].key, zones->at[i].zone->origin);
	qsort(zones->at, zones->n, sizeof(zones->at[0]), by_key);
	for (unsigned i = 0; i < zones->n; i++) {
		unsigned above = i;

		while (above-- > 0)
			if (zones->at[above].key_len <= zones->at[i].key_len &&
			    memcmp(zones->at[above].key, zones->at[i].key,
				zones->at[above].key_len) == 0)
				break;
		zones->at[i].above = above < i ? (uint8_t)above : ZONES_MAX;
	}
}

int
zones_load(struct zones **out, const struct options *o, zones_error_fn *error, void *ctx)
{
	struct zones *zones;
	int rc = 0;

	*out = NULL;
	if (!o->zones_n)
		return 0;
	zones = calloc(1, sizeof(*zones));
	if (!zones)
		return -ENOMEM;
	for (unsigned i = 0; i < o->zones_n && rc != -ENOMEM; i++) {
		struct reading r = {.error = error, .ctx = ctx};
		int one = add_zone(zones, &o->zone[i], o->dir, &r);

		rc = rc == 0 || one == -ENOMEM ? one : rc;
	}
	zones_arrange(zones);
	if (rc == 0)
		*out = zones;
	else
		zones_free(zones);
	return rc;
}

void
zones_free(struct zones *zones)
{
	for (unsigned i = 0; zones && i < zones->n; i++)
		szone_free(zones->at[i].zone);
	free(zones);
}
