/* Who holds what: each registry's zones against what is known to have reached it. */
#include "base/serial.h"
#include "control/hub.h"
#include "control/store_delivery.h"
#include "control/store_proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct holder {
	unsigned parts, holds, proven;
	json_t *proofs; /* NULL: none yet */
	json_t *lacks;  /* NULL: none yet */
};

struct counting {
	struct hub *h;
	struct holder *of; /* as registries->file */
};

/* The last receipt that its node signed for a zone. */
static int
add_proof(
    struct counting *c, struct holder *of, const struct registry *g, const struct store_zone *z)
{
	struct receipt r;
	json_t *handed;
	int rc = store_proof_last(c->h->store, g->name, z->origin, &r);

	if (rc <= 0)
		return rc;
	handed = json_array();
	for (unsigned i = 0; i < r.handed_n; i++)
		json_array_append_new(
		    handed, json_pack("{s:s, s:b}", "to", r.handed[i].to, "ok", r.handed[i].ok));
	if (!of->proofs)
		of->proofs = json_array();
	if (!serial_newer(z->serial, r.serial))
		of->proven++;
	return json_array_append_new(of->proofs,
	    json_pack("{s:s, s:I, s:s, s:I, s:o}", "zone", r.zone, "serial", (json_int_t)r.serial,
		"digest", r.digest, "time", (json_int_t)r.time, "handed", handed));
}

static int
count_one(struct counting *c, size_t i, const struct registry *g, const struct store_zone *z)
{
	struct holder *of = &c->of[i];
	unsigned proven = of->proven;
	uint32_t serial;
	int64_t at;
	int rc = add_proof(c, of, g, z);

	of->parts++;
	rc = rc < 0 ? rc : store_holds(c->h->store, g->name, z->origin, &serial, &at);
	if (rc < 0)
		return rc;
	if (of->proven > proven || (rc > 0 && !serial_newer(z->serial, serial))) {
		of->holds++;
		return 0;
	}
	if (!of->lacks)
		of->lacks = json_array();
	json_array_append_new(of->lacks,
	    json_pack("{s:s, s:I, s:o, s:I}", "zone", z->origin, "serial", (json_int_t)z->serial,
		"holds", rc > 0 ? json_integer((json_int_t)serial) : json_null(), "for_s",
		(json_int_t)(hub_now(c->h) - z->since)));
	return 0;
}

static int
count(void *ctx, const struct store_zone *z)
{
	struct counting *c = ctx;
	const struct registries *r = c->h->options->registries;
	const struct registry *g = r->file.item;
	int rc = 0;

	/* Manifests and key changes are there for who wants them. */
	if (strcmp(z->kind, "keys") == 0 || strcmp(z->kind, "manifest") == 0)
		return 0;
	for (size_t i = 0; rc == 0 && i < r->file.n; i++)
		if (hub_book_reads(c->h->options, &g[i], z))
			rc = count_one(c, i, &g[i], z);
	return rc;
}

static json_t *
describe(const struct registry *g, const struct holder *of)
{
	json_t *contacts = json_array();

	/* Those who lag are to be called: in this order, at their time of day. */
	for (size_t i = 0; of->lacks && i < g->contacts.n; i++)
		json_array_append_new(contacts, json_string(g->contacts.item[i]));
	return json_pack("{s:s, s:s, s:i, s:i, s:i, s:o, s:o, s:o}", "name", g->name, "time_zone",
	    g->time_zone, "parts", (int)of->parts, "holds", (int)of->holds, "proven",
	    (int)of->proven, "proofs", of->proofs ? of->proofs : json_array(), "lacks",
	    of->lacks ? of->lacks : json_array(), "contacts", contacts);
}

json_t *
hub_status_registries(struct hub *h)
{
	const struct registries *r = h->options->registries;
	const struct registry *g = r->file.item;
	struct counting c = {h, calloc(r->file.n + 1, sizeof(*c.of))};
	json_t *all = json_array();
	int rc = c.of ? store_zones(h->store, NULL, NULL, count, &c) : -ENOMEM;

	for (size_t i = 0; c.of && i < r->file.n; i++)
		json_array_append_new(all, describe(&g[i], &c.of[i]));
	free(c.of);
	if (rc == 0)
		return json_pack("{s:b, s:o}", "ok", 1, "registries", all);
	json_decref(all);
	return json_pack("{s:b, s:s}", "ok", 0, "error", store_error(h->store));
}
