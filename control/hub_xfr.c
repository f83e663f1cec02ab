#include "control/hub_xfr.h"

#include "base/err.h"
#include "base/log.h"
#include "control/json_get.h"
#include "control/node.h"
#include "control/store_delivery.h"
#include "control/xfr.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

bool
hub_xfr_is_wanted(const struct hub *h)
{
	return h->options->transfer.n || h->options->transfer_tls.n;
}

static void
listen_on(struct xfr_options *o, const struct hub_listen *l, enum xfr_service service)
{
	for (unsigned i = 0; i < l->n && o->listen_n < XFR_LISTEN_MAX; i++)
		o->listen[o->listen_n++] = (struct xfr_listen){l->address[i], service};
}

int
hub_xfr_run(const struct hub *h, int fd)
{
	const struct config_hub *top = &h->options->config.top;
	const struct config_transfer *t = &h->options->config.transfer;
	struct xfr_options o;
	struct priv priv;
	int rc = 0;

	xfr_defaults(&o);
	o.state_dir = store_dir(h->store);
	listen_on(&o, &h->options->transfer, XFR_PLAIN);
	listen_on(&o, &h->options->transfer_tls, XFR_TLS);
	o.certificate = t->certificate ? hub_path(h->options, t->certificate) : NULL;
	o.key = t->key ? hub_path(h->options, t->key) : NULL;
	o.conns_max = (unsigned)t->connections;
	o.client_conns_max = (unsigned)t->connections_per_client;
	o.key_transfers_max = (unsigned)t->transfers_per_registry;
	o.idle_ms = (unsigned)t->idle * 1000;
	o.stall_ms = (unsigned)t->stall * 1000;
	o.transfer_ms = (unsigned)t->longest * 1000;
	/* Not clock-offset: TSIG's time is that of peers, who know of no exercise. */
	o.clock_offset_s = 0;
	o.is_filtered = top->seccomp;
	if (top->user && geteuid() == 0) {
		rc = priv_find(&priv, top->user, top->group);
		o.priv = &priv;
	}
	return rc < 0 ? rc : xfr_run(&o, fd);
}

/* Only of registries and zones that there are: a line is believed no further than that. */
static bool
is_known(struct hub *h, const struct store_delivery *d)
{
	return registry_find(h->options->registries, d->registry) && *d->origin &&
	       strlen(d->origin) < STORE_ORIGIN_MAX;
}

/* As what an event shows that a registry holds the serial; NULL: it does not. */
static const char *
evidence_of(const char *event, const char *kind)
{
	if (strcmp(event, "soa") == 0)
		return strcmp(kind, "uptodate") == 0 ? "soa" : NULL;
	if (strcmp(event, "unchanged") == 0)
		return "etag";
	return strcmp(event, "transfer") == 0 ? "transfer" : NULL;
}

static uint64_t
mix(uint64_t hash, const void *bytes, size_t len)
{
	for (const uint8_t *at = bytes; len--; at++) /* FNV-1a */
		hash = (hash ^ *at) * UINT64_C(0x100000001b3);
	return hash;
}

/* Whether the very same was written down within a second: each is a sync of the disk, and a
 * registry can ask thousands of times a second. */
static bool
is_repeated(struct hub *h, const struct store_delivery *d)
{
	uint64_t what = mix(UINT64_C(0xcbf29ce484222325), &d->serial, sizeof(d->serial));
	int64_t now_ns = hub_clock_ns(), *at_ns;
	size_t slot;
	bool same;

	what = mix(what, &d->ok, sizeof(d->ok));
	what = mix(what, d->registry, strlen(d->registry) + 1);
	what = mix(what, d->origin, strlen(d->origin) + 1);
	what = mix(what, d->event, strlen(d->event) + 1);
	what = mix(what, d->kind, strlen(d->kind) + 1);
	what = mix(what, d->error, strlen(d->error));
	slot = (what ^ what >> 32) % HUB_LATELY;
	at_ns = &h->lately[slot].at_ns;
	same = h->lately[slot].what == what && now_ns - *at_ns < SECOND_NS;
	if (!same) {
		h->lately[slot].what = what;
		*at_ns = now_ns;
	}
	return same;
}

/* No delivery: whoever has a key may ask for zones of any name. */
static void
take_refused(struct hub *h, const char *registry, const json_t *line)
{
	const struct registry *r = registry_find(h->options->registries, registry);

	hub_refused_take(h, "transfer-refused", r ? r->name : "", line);
}

void
hub_xfr_take(struct hub *h, const json_t *line)
{
	const char *event = json_get_text(line, "event"), *kind = json_get_text(line, "kind");
	struct store_delivery d = {.registry = json_get_text(line, "registry"),
	    .event = event,
	    .kind = kind,
	    .error = json_get_text(line, "error"),
	    .serial = (uint32_t)json_integer_value(json_object_get(line, "serial")),
	    .bytes = json_integer_value(json_object_get(line, "bytes")),
	    .ok = json_is_true(json_object_get(line, "ok")),
	    .at = hub_now(h)};
	char origin[STORE_ORIGIN_MAX];
	const char *evidence = evidence_of(event, kind);
	size_t len;
	int rc;

	snprintf(origin, sizeof(origin), "%s", json_get_text(line, "zone"));
	len = strlen(origin);
	if (len > 1 && origin[len - 1] == '.')
		origin[len - 1] = '\0';
	d.origin = origin;
	if (h->node && strcmp(kind, "notify") == 0) {
		node_told(h, line);
		return;
	}
	log_event(LOG_LEVEL_INFO, "transfers", "event=%s registry=%s zone=%s serial=%u ok=%d",
	    event, d.registry, d.origin, d.serial, d.ok);
	if (strcmp(event, "refused") == 0) {
		take_refused(h, d.registry, line);
		return;
	}
	if (!is_known(h, &d) || is_repeated(h, &d) || store_begin(h->store) < 0)
		return;
	rc = store_delivery(h->store, &d);
	if (rc == 0 && d.ok && evidence)
		rc = store_receipt(h->store, &d, evidence);
	if (rc == 0)
		rc = store_commit(h->store);
	else
		store_rollback(h->store);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "delivery", "registry=%s zone=%s error=\"%s\"",
		    d.registry, d.origin, err_text(rc));
}
