#include "control/hub_accept.h"

#include "base/err.h"
#include "control/hub_keys.h"
#include "control/store_file.h"
#include "lists/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define DAY_SECONDS 86400

static int
store_manifest(struct hub *h, const struct verdict *v, const char *out, struct store_zone *z)
{
	char base[NAME_TEXT_MAX];

	name_to_text(base, h->now->feed->origin);
	if (!v->manifest)
		return -ERR_FORMAT;
	if (snprintf(z->origin, sizeof(z->origin), MANIFEST_LABEL ".%s", base) >=
	    (int)sizeof(z->origin))
		return -ERR_NAME;
	strcpy(z->suffix, MANIFEST_LABEL);
	snprintf(z->feed, sizeof(z->feed), "%s", h->now->feed->name);
	strcpy(z->kind, "manifest");
	z->serial = v->serial;
	z->size = v->manifest;
	z->names = v->parts;
	z->since = hub_now(h);
	return store_file_put(h->store, out, v->manifest, z->digest);
}

/* Puts the parts in place as files, and says what the database is to know about them. */
static int
store_parts(struct hub *h, const struct verdict *v, const char *out, struct store_zone *zone)
{
	const struct hub_feed *f = h->now->feed;
	int rc = store_manifest(h, v, out, &zone[v->parts]);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < v->parts; i++) {
		const struct verdict_part *p = &v->part[i];
		struct store_zone *z = &zone[i];
		uint8_t origin[NAME_LEN_MAX];
		size_t relative = p->name_len - 1u;

		if (relative + f->origin_len > NAME_LEN_MAX)
			return -ERR_NAME;
		memcpy(origin, p->name, relative);
		memcpy(origin + relative, f->origin, f->origin_len);
		name_to_text(z->origin, origin);
		strcpy(z->suffix, p->suffix);
		snprintf(z->feed, sizeof(z->feed), "%s", f->name);
		strcpy(z->kind, "part");
		z->serial = p->serial;
		z->size = p->size;
		z->names = p->names;
		z->since = hub_now(h);
		rc = store_file_put(h->store, out + p->offset, p->size, z->digest);
		if (rc < 0)
			return rc;
	}
	return store_file_sync(h->store);
}

/* What the process wrote; *size 0 and MAP_FAILED when it could not be mapped. */
static const char *
map_out(const struct hub *h, size_t *size)
{
	struct stat st;
	const char *out = MAP_FAILED;

	*size = 0;
	if (fstat(h->examine.out_fd, &st) == 0)
		out = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, h->examine.out_fd, 0);
	if (out != MAP_FAILED)
		*size = (size_t)st.st_size;
	return out;
}

int
hub_accept_update(struct hub *h, const struct verdict *v, struct store_update *u)
{
	const struct config_hub *c = &h->options->config.top;
	struct store_history keep = {(unsigned)c->history_versions, c->history_age * DAY_SECONDS};
	struct store_zone *zone = calloc(v->parts + 1, sizeof(*zone));
	size_t size;
	const char *out = map_out(h, &size);
	int rc = !zone ? -ENOMEM : out == MAP_FAILED ? -EIO : store_parts(h, v, out, zone);

	if (rc == 0)
		rc = store_update_accept(h->store, u, zone, v->parts + 1, &keep);
	if (size)
		munmap((void *)(uintptr_t)out, size);
	free(zone);
	if (rc == 0) {
		hub_policy_mark(h, h->now->feed);
		hub_export_mark(h, h->now->feed);
	}
	if (rc == 0 && hub_book_write(h) < 0)
		h->book_stale = true; /* it is accepted all the same; the loop tries again */
	return rc;
}

int
hub_accept_keys(struct hub *h, const struct verdict *v, const struct store_update *u)
{
	json_t *detail = json_pack("{s:s, s:s, s:s, s:O}", "source", u->source, "publisher",
	    u->publisher, "archive", u->digest, "verdict", u->verdict);
	size_t size;
	const char *out = map_out(h, &size);
	struct hub_keys_change c = {.keys = v->keys,
	    .zone = out,
	    .zone_len = v->manifest,
	    .digest = u->digest,
	    .detail = detail};
	int rc = !detail ? -ENOMEM : !size || !v->manifest ? -ERR_FORMAT : 0;

	rc = rc < 0 ? rc : hub_keys_take(h, h->now->feed, &c);
	if (size)
		munmap((void *)(uintptr_t)out, size);
	json_decref(detail);
	return rc;
}
