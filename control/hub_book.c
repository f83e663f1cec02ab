#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/hub_child.h"
#include "control/node.h"
#include "control/store_audit.h"
#include "control/store_delivery.h"
#include "control/store_file.h"
#include "lists/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct book_maker {
	struct hub *h;
	json_t *zones;
	json_t **members; /* of each registry's catalog */
};

static int
add_version(void *ctx, const struct store_version *v)
{
	char path[STORE_FILE_PATH_MAX];

	store_file_path(path, v->digest);
	return json_array_append_new(
		   ctx, json_pack("{s:I, s:s}", "serial", (json_int_t)v->serial, "file", path))
		   ? -ENOMEM
		   : 0;
}

bool
hub_book_reads(const struct hub_options *o, const struct registry *g, const struct store_zone *z)
{
	uint8_t suffix[NAME_LEN_MAX];
	int len;

	if (strcmp(z->kind, "keys") == 0)
		return registry_takes(g, z->feed) &&
		       z->serial > hub_feed_find(o, z->feed)->keys_withheld;
	if (strcmp(z->kind, "manifest") == 0)
		return g->mirror && registry_takes(g, z->feed) && registry_takes_kind(g, "part");
	len = name_from_text(suffix, z->suffix, strlen(z->suffix));
	return len > 0 && registry_takes_kind(g, z->kind) &&
	       registry_reads(o->registries, g, z->feed, suffix, (size_t)len);
}

/* Who may have a zone: it becomes a member of their catalogs, but key changes only of those of
 * mirrors: a name server has no use for them. */
static json_t *
readers(struct book_maker *m, const struct store_zone *z)
{
	const struct registries *r = m->h->options->registries;
	const struct registry *g = r->file.item;
	json_t *names = json_array();

	for (size_t i = 0; i < r->file.n; i++)
		if (hub_book_reads(m->h->options, &g[i], z)) {
			json_array_append_new(names, json_string(g[i].name));
			if (g[i].mirror || strcmp(z->kind, "keys") != 0)
				json_array_append_new(
				    m->members[i], json_sprintf("%s.", z->origin));
		}
	return names;
}

static int
add_zone(void *ctx, const struct store_zone *z)
{
	struct book_maker *m = ctx;
	char path[STORE_FILE_PATH_MAX];
	json_t *history;
	int rc;

	/* A feed that the configuration no longer has is kept, and given to nobody. */
	if (!hub_feed_find(m->h->options, z->feed))
		return 0;
	history = json_array();
	rc = store_versions(m->h->store, z->origin, add_version, history);
	store_file_path(path, z->digest);
	if (json_array_append_new(
		m->zones, json_pack("{s:o, s:I, s:s, s:o, s:o}", "origin",
			      json_sprintf("%s.", z->origin), "serial", (json_int_t)z->serial,
			      "file", path, "history", history, "readers", readers(m, z))))
		return -ENOMEM;
	return rc;
}

static json_t *
keys_of(const struct registries *r, const struct registry *g)
{
	const struct registry_key *k = r->keys.item;
	json_t *keys = json_array();

	for (size_t i = 0; i < r->keys.n; i++)
		if (strcmp(k[i].registry, g->name) == 0)
			json_array_append_new(
			    keys, json_pack("{s:s, s:s, s:s}", "name", k[i].name, "algorithm",
				      registry_algorithms[k[i].algorithm], "secret", k[i].secret));
	return keys;
}

static json_t *
describe(const struct registries *r, const struct registry *g)
{
	json_t *addresses = json_array(), *notify = json_array();

	for (size_t i = 0; i < g->addresses.n; i++)
		json_array_append_new(addresses, json_string(g->addresses.item[i]));
	for (size_t i = 0; i < g->notify.n; i++) {
		char address[46];
		uint16_t port;

		if (registry_endpoint(address, &port, g->notify.item[i]) == 0)
			json_array_append_new(
			    notify, json_pack("{s:s, s:i}", "address", address, "port", port));
	}
	return json_pack("{s:s, s:o, s:o, s:o, s:s}", "name", g->name, "keys", keys_of(r, g),
	    "addresses", addresses, "notify", notify, "tls", registry_tls_words[g->tls]);
}

static int
add_catalog(struct book_maker *m, json_t *catalogs, const struct registry *g, json_t *members)
{
	char *text = json_dumps(members, JSON_COMPACT);
	char hex[2 * SHA256_BYTES + 1];
	uint8_t raw[SHA256_BYTES];
	uint32_t serial;
	int rc = text ? digest_sha256(raw, text, strlen(text)) : -ENOMEM;

	free(text);
	if (rc < 0)
		return rc;
	digest_hex(hex, raw, sizeof(raw));
	rc = store_catalog(m->h->store, g->name, hex, &serial);
	if (rc < 0)
		return rc;
	return json_array_append_new(catalogs,
		   json_pack("{s:o, s:I, s:s, s:O}", "origin",
		       json_sprintf("catalog.%s.%s.", g->name, m->h->options->config.top.domain),
		       "serial", (json_int_t)serial, "reader", g->name, "members", members))
		   ? -ENOMEM
		   : 0;
}

static int
fill(struct book_maker *m, json_t *registries, json_t *catalogs)
{
	const struct registries *r = m->h->options->registries;
	const struct registry *g = r->file.item;
	int rc = store_zones(m->h->store, NULL, NULL, add_zone, m);

	for (size_t i = 0; i < r->file.n && rc == 0; i++) {
		if (json_array_append_new(registries, describe(r, &g[i])))
			rc = -ENOMEM;
		else if (g[i].receive == RECEIVE_TRANSFER && g[i].feeds.n)
			rc = add_catalog(m, catalogs, &g[i], m->members[i]);
	}
	return rc;
}

/* Where the audit stands, for proofs: who keeps one can tell later whether history was changed. */
static json_t *
audit_position(struct hub *h)
{
	char hex[2 * AUDIT_HASH_BYTES + 1];
	uint8_t hash[AUDIT_HASH_BYTES];
	uint64_t seq = 0;
	int rc = store_audit_last(h->store, &seq, hash);

	if (rc < 0 || !seq)
		return NULL;
	digest_hex(hex, hash, sizeof(hash));
	return json_pack("{s:I, s:s}", "seq", (json_int_t)seq, "hash", hex);
}

static int
make(struct hub *h, char **text)
{
	size_t n = h->options->registries->file.n;
	struct book_maker m = {h, json_array(), calloc(n + 1, sizeof(json_t *))};
	json_t *registries = json_array(), *catalogs = json_array(), *book;
	int rc = m.members ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && rc == 0; i++)
		m.members[i] = json_array();
	rc = rc < 0 ? rc : store_begin(h->store);
	if (rc == 0) {
		rc = fill(&m, registries, catalogs);
		if (rc == 0)
			rc = store_commit(h->store);
		else
			store_rollback(h->store);
	}
	book = json_pack("{s:i, s:o, s:o, s:o, s:o*, s:o*, s:o*}", "version", 1, "zones", m.zones,
	    "registries", registries, "catalogs", catalogs, "audit", audit_position(h), "sources",
	    node_sources(h), "pulled", node_pulled(h));
	*text = rc == 0 ? json_dumps(book, JSON_COMPACT) : NULL;
	json_decref(book);
	for (size_t i = 0; m.members && i < n; i++)
		json_decref(m.members[i]);
	free(m.members);
	return rc == 0 && !*text ? -ENOMEM : rc;
}

static void
tell_all(struct hub *h)
{
	hub_child_tell(&h->xfr, "book\n");
	hub_child_tell(&h->intake, "{\"event\":\"book\"}\n");
}

int
hub_book_write(struct hub *h)
{
	char *text = NULL;
	int rc = make(h, &text);

	if (rc == 0)
		rc = store_file_replace(h->store, "book.json", text, strlen(text));
	free(text);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "book", "error=\"%s\" note=\"the book before it stays\"",
		    err_text(rc));
	else
		tell_all(h);
	h->book_stale = rc < 0;
	return rc;
}
