#include "control/hub_keys.h"

#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/store_file.h"
#include "control/trust_json.h"
#include "lists/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int
from_store(struct trust *t, const struct store_keys *k)
{
	int rc = 0;

	t->n = 0;
	for (const char *at = k->keys; *at && rc == 0;) {
		size_t len = strcspn(at, "\n");

		rc = trust_add_text(t, at, len);
		at += len + (at[len] == '\n');
	}
	t->version = k->version;
	t->threshold = k->threshold;
	return rc == 0 && (t->threshold < 1 || t->threshold > t->n) ? -ERR_FORMAT : rc;
}

static bool
is_same(const struct trust *a, const struct trust *b)
{
	size_t same = 0;

	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			same += public_key_same(&a->key[i], &b->key[k]);
	return a->version == b->version && a->threshold == b->threshold && a->n == b->n &&
	       same == a->n;
}

/* What the store has is older: key changes up to it lead elsewhere, unless it is the same. */
static void
prefer_conf(struct hub_feed *f, const struct trust *stored)
{
	if (is_same(&f->trust, stored))
		return;
	f->keys_withheld = stored->version;
	log_event(LOG_LEVEL_NOTICE, "keys",
	    "feed=%s version=%" PRIu32
	    " from=configuration note=\"key changes up to version %" PRIu32 " are set aside\"",
	    f->name, f->trust.version, stored->version);
}

static int
load(struct store *s, struct hub_feed *f)
{
	struct trust *stored;
	struct store_keys k;
	int rc = store_keys_find(s, &k, f->name, NULL);

	if (rc <= 0)
		return rc;
	stored = malloc(sizeof(*stored));
	rc = stored ? 0 : -ENOMEM;
	if (rc == 0) {
		*stored = f->trust;
		rc = from_store(stored, &k);
	}
	if (rc == 0 && stored->version > f->trust.version) {
		f->trust = *stored;
		f->keys_since = k.at;
		log_event(LOG_LEVEL_NOTICE, "keys",
		    "feed=%s version=%" PRIu32 " from=key-change note=\"the configuration has "
		    "version %" PRId64 "\"",
		    f->name, stored->version, f->conf->keys_version);
	} else if (rc == 0) {
		prefer_conf(f, stored);
	}
	free(k.keys);
	free(stored);
	return rc;
}

int
hub_keys_load(struct store *s, struct hub_options *o)
{
	for (unsigned i = 0; i < o->feeds_n; i++) {
		int rc = load(s, &o->feed[i]);

		if (rc < 0) {
			log_event(LOG_LEVEL_ERROR, "keys", "feed=%s error=\"%s\"", o->feed[i].name,
			    err_text(rc));
			return rc;
		}
	}
	return 0;
}

static int
describe(struct store_zone *z, const struct hub_feed *f, uint32_t version)
{
	char label[MANIFEST_LABEL_MAX], base[NAME_TEXT_MAX];

	manifest_label(label, true, version);
	name_to_text(base, f->origin);
	if (snprintf(z->origin, sizeof(z->origin), "%s.%s", label, base) >= (int)sizeof(z->origin))
		return -ERR_NAME;
	strcpy(z->suffix, label);
	snprintf(z->feed, sizeof(z->feed), "%s", f->name);
	strcpy(z->kind, "keys");
	z->serial = version;
	return 0;
}

static char *
lines_of(const struct trust *t)
{
	char *text = malloc(t->n * KEY_TEXT_MAX + 1), *at = text;

	for (size_t i = 0; text && i < t->n; i++) {
		at += public_key_text(at, &t->key[i]);
		*at++ = '\n';
	}
	if (text)
		*at = '\0';
	return text;
}

int
hub_keys_take(struct hub *h, const struct hub_feed *f, const struct hub_keys_change *c)
{
	struct trust *to = &h->options->feed[f - h->options->feed].trust;
	struct store_keys k = {.version = c->keys->version,
	    .threshold = c->keys->threshold,
	    .keys = lines_of(c->keys),
	    .at = hub_now(h)};
	struct store_zone z = {.since = k.at, .size = c->zone_len, .names = c->keys->n + 1};
	int rc = k.keys ? describe(&z, f, c->keys->version) : -ENOMEM;

	snprintf(k.feed, sizeof(k.feed), "%s", f->name);
	rc = rc < 0 ? rc : store_file_put(h->store, c->zone, c->zone_len, z.digest);
	rc = rc < 0 ? rc : store_file_sync(h->store);
	if (rc == 0) {
		snprintf(k.digest, sizeof(k.digest), "%s", c->digest ? c->digest : z.digest);
		rc = store_keys_put(h->store, &k, &z, c->detail);
	}
	free(k.keys);
	if (rc < 0)
		return rc;
	memcpy(to->key, c->keys->key, c->keys->n * sizeof(to->key[0]));
	to->n = c->keys->n;
	to->threshold = c->keys->threshold;
	to->version = c->keys->version;
	h->options->feed[f - h->options->feed].keys_since = k.at;
	log_event(LOG_LEVEL_NOTICE, "keys", "feed=%s version=%" PRIu32 " keys=%zu threshold=%u",
	    f->name, to->version, to->n, to->threshold);
	if (hub_book_write(h) < 0)
		h->book_stale = true;
	return 0;
}
