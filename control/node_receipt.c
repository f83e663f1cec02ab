/* Signs what is held, verified and handed over, and sends it to the hubs until they have it.
 *
 * A receipt is in the database before it is sent, one for a part and source: what a kill or a hub
 * that is gone leaves behind goes out later, and there are never more than parts times sources. */
#include "base/err.h"
#include "base/log.h"
#include "control/node_impl.h"
#include "control/store_file.h"
#include "control/store_proof.h"
#include "control/zone_digest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS  INT64_C(1000000000)
#define ANEW_NS    (10 * SECOND_NS) /* the same serial is signed again, not more often */
#define POLICY_BIT 17 /* of what a part was handed to, behind 16 responders; then commands */
#define BUSY_S     60

static int
recall(void *ctx, const struct store_outgoing *o)
{
	struct hub *h = ctx;
	struct node_part *p = node_find(h->node, o->origin);

	if (p) {
		p->is_signed = true;
		p->signed_serial = o->serial;
		p->signed_handed = o->handed;
	}
	return 0;
}

/* Not held longer than it takes: the processes that meet the network are copies of this one. */
static int
open_key(const struct hub *h, struct private_key **key)
{
	const char *where = h->options->config.node.receipt_key;
	bool is_token = strncmp(where, "pkcs11:", 7) == 0;
	char *path = hub_path(h->options, where), why[KEY_WHY_MAX] = "out of memory";
	int rc = path ? private_key_open(key, is_token ? where : path, why) : -ENOMEM;

	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "receipt-key", "error=\"%s\"", why);
	free(path);
	return rc;
}

int
node_receipt_open(struct hub *h)
{
	struct private_key *key = NULL;
	int rc;

	h->node->sender.fd = -1;
	h->node->sender.has_work = true; /* what an earlier start has left */
	if (!h->options->config.node.receipt_key)
		return 0;
	rc = open_key(h, &key);
	if (rc < 0)
		return rc;
	private_key_close(key);
	return store_outgoing_each(h->store, recall, h);
}

/* What a part was handed to, as bits: the list, then responders; above them, how many there are. */
static int64_t
handed_to(const struct hub *h, const struct node_part *p)
{
	const struct config_node *c = &h->options->config.node;
	int64_t bits = (c->lists && p->is_listed) |
		       (int64_t)(c->responders.n + h->options->config.commands.n * 32) << 32;

	for (size_t i = 0; i < c->responders.n; i++)
		bits |= (int64_t)!h->node->reload_due[i] << (i + 1);
	if (c->policy)
		bits |= (int64_t)(*p->policy_digest != '\0') << POLICY_BIT;
	for (size_t i = 0; i < h->options->config.commands.n; i++)
		bits |= (int64_t)h->node->command[i].is_good << (POLICY_BIT + 1 + i);
	return bits;
}

static void
describe(const struct hub *h, struct receipt *r, int64_t handed)
{
	const struct config_command *command = h->options->config.commands.item;
	const struct config_node *c = &h->options->config.node;

	if (c->lists) {
		strcpy(r->handed[r->handed_n].to, "list");
		r->handed[r->handed_n++].ok = handed & 1;
	}
	for (size_t i = 0; i < c->responders.n; i++) {
		snprintf(r->handed[r->handed_n].to, RECEIPT_TO_MAX, "responder %zu", i + 1);
		r->handed[r->handed_n++].ok = handed >> (i + 1) & 1;
	}
	if (c->policy) {
		strcpy(r->handed[r->handed_n].to, "policy");
		r->handed[r->handed_n++].ok = handed >> POLICY_BIT & 1;
	}
	for (size_t i = 0; i < h->options->config.commands.n; i++) {
		snprintf(r->handed[r->handed_n].to, RECEIPT_TO_MAX, "command %s", command[i].name);
		r->handed[r->handed_n++].ok = handed >> (POLICY_BIT + 1 + i) & 1;
	}
}

static int
queue(struct hub *h, const struct node_part *p, const char *body, int64_t handed)
{
	struct store_outgoing o = {.serial = p->zone.serial, .handed = handed, .body = body};
	int rc = store_begin(h->store);

	if (rc < 0)
		return rc;
	strcpy(o.origin, p->zone.origin);
	for (unsigned i = 0; i < h->options->sources_n && rc == 0; i++) {
		const struct hub_source *s = &h->options->source[i];

		snprintf(o.source, sizeof(o.source), "%s", s->name);
		if (s->conf->receipts)
			rc = store_outgoing_put(h->store, &o);
	}
	if (rc == 0)
		return store_commit(h->store);
	store_rollback(h->store);
	return rc;
}

static int
sign(struct hub *h, const struct node_part *p, int64_t handed)
{
	struct receipt r = {.serial = p->zone.serial, .time = hub_now(h)};
	char text[RECEIPT_TEXT_MAX], *body = NULL;
	uint8_t sig[KEY_SIGNATURE];
	struct private_key *key = NULL;
	json_t *o = NULL;
	int rc, fd = store_file_open(h->store, p->zone.digest);

	rc = fd < 0 ? fd : zone_digest(r.digest, fd);
	if (rc == 0 && strlen(p->zone.origin) >= sizeof(r.zone))
		rc = -ERR_NAME;
	if (rc < 0)
		return rc;
	strcpy(r.registry, h->options->config.node.registry);
	strcpy(r.zone, p->zone.origin);
	describe(h, &r, handed);
	rc = open_key(h, &key);
	if (rc == 0)
		rc = private_key_sign(key, (const uint8_t *)text, receipt_text(text, &r), sig);
	private_key_close(key);
	o = rc < 0 ? NULL : receipt_json(&r, sig);
	body = o ? json_dumps(o, JSON_COMPACT) : NULL;
	if (rc == 0)
		rc = body ? queue(h, p, body, handed) : -ENOMEM;
	json_decref(o);
	free(body);
	return rc;
}

/* Whether what is handed over just now is not at its end; that is waited for, for a while. */
static bool
is_busy(const struct hub *h, const struct node_part *p)
{
	size_t feed = (size_t)(p->feed - h->options->feed);
	bool has_policy = h->options->config.node.policy;
	bool is_busy = has_policy && (h->policy.derive.pid || h->node->is_policy_due ||
					 h->policy.stale >> feed & 1);

	for (size_t i = 0; i < h->options->config.commands.n; i++) {
		const struct node_command *c = &h->node->command[i];

		is_busy |= c->pid > 0 || (c->is_due && !c->due_ns);
	}
	return is_busy && hub_now(h) - p->zone.since < BUSY_S;
}

static void
sign_part(struct hub *h, struct node_part *p, int64_t now_ns)
{
	int64_t handed = handed_to(h, p);
	bool is_same = p->is_signed && p->signed_serial == p->zone.serial;
	int rc;

	if (!node_is_part(p) || p->is_keys || p->state != NODE_VALID ||
	    (h->options->config.node.lists && !p->is_listed) || is_busy(h, p) ||
	    (is_same && (p->signed_handed == handed || now_ns < p->sign_ns)) ||
	    (!is_same && now_ns < p->sign_ns && !p->is_signed))
		return;
	p->sign_ns = now_ns + ANEW_NS;
	rc = sign(h, p, handed);
	p->is_signed = rc == 0;
	if (rc < 0) {
		log_event(LOG_LEVEL_ERROR, "receipt", "zone=%s error=\"%s\"", p->zone.origin,
		    err_text(rc));
		return;
	}
	p->was_stale &= p->signed_serial == p->zone.serial;
	p->signed_serial = p->zone.serial;
	p->signed_handed = handed;
	h->node->sender.has_work = true;
}

void
node_receipt_step(struct hub *h)
{
	struct node *n = h->node;
	int64_t now_ns = hub_clock_ns();

	if (!h->options->config.node.receipt_key)
		return;
	for (size_t i = 0; i < n->parts; i++)
		sign_part(h, &n->part[i], now_ns);
	node_sender_step(h);
}
