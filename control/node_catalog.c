/* Parts that a catalog zone of the sources names (RFC 9432).
 *
 * A source may add to what is fetched, within feeds, scopes and a number: what comes still has to
 * be signed by the publishers.  It may not take away: a part that the catalog no longer names stays
 * in force for as long as its signatures live. */
#include "base/err.h"
#include "base/log.h"
#include "control/node_impl.h"
#include "control/store_audit.h"
#include "control/store_zone.h"

#include <inttypes.h>
#include <string.h>

struct node_part *
node_catalog_hold(struct hub *h, const struct store_zone *z)
{
	uint8_t suffix[NAME_LEN_MAX];
	const struct hub_feed *f = hub_feed_find(h->options, z->feed);
	int len = name_from_text(suffix, z->suffix, strlen(z->suffix));
	struct node_part *p;

	if (!f || len < 2 || !guard_takes_suffix(&f->scope, suffix, (size_t)len))
		return NULL;
	p = node_add(h->node, h->options, f, suffix, (size_t)len);
	if (p)
		p->is_member = true; /* until the catalog says something else */
	return p;
}

static void
note(struct hub *h, const struct node_part *p, const char *event, const char *note)
{
	json_t *detail;

	if (!node_may_note(h->node))
		return;
	detail = json_pack("{s:I, s:I, s:s}", "serial", (json_int_t)p->zone.serial, "until",
	    (json_int_t)p->until, "catalog", h->options->config.node.catalog);
	log_event(LOG_LEVEL_WARNING, event, "zone=%s serial=%" PRIu32 " note=\"%s\"",
	    p->zone.origin, p->zone.serial, note);
	store_audit(h->store, hub_now(h), event, p->zone.origin, detail);
	json_decref(detail);
}

/* The feed and the suffix of a member that is one of our parts.  Returns the suffix' length, or 0:
 * policy zones and what else is not for us. */
static size_t
suffix_of(const struct hub *h, uint8_t suffix[NAME_LEN_MAX], const struct hub_feed **feed,
    const char *member)
{
	uint8_t name[NAME_LEN_MAX];
	int len = name_from_text(name, member, strlen(member));

	for (unsigned i = 0; len > 0 && i < h->options->feeds_n; i++) {
		const struct hub_feed *f = &h->options->feed[i];
		size_t n = (size_t)len;

		if (n <= f->origin_len || !name_is_under(name, n, f->origin, f->origin_len))
			continue;
		n -= f->origin_len;
		memcpy(suffix, name, n);
		suffix[n++] = 0;
		*feed = f;
		return guard_takes_suffix(&f->scope, suffix, n) ? n : 0;
	}
	return 0;
}

/* Returns whether there was room for it. */
static bool
take_member(struct hub *h, const char *member, bool *changed)
{
	const struct hub_feed *f = NULL;
	uint8_t suffix[NAME_LEN_MAX];
	struct node_part *p = node_find(h->node, member);
	size_t len = p ? 0 : suffix_of(h, suffix, &f, member);

	if (member[0] == '_') /* a mirror's catalog has manifests and key changes, too */
		return true;
	if (len) {
		p = node_add(h->node, h->options, f, suffix, len);
		if (!p)
			return false;
		*changed = true;
		note(h, p, "part-found", "the catalog names it");
	}
	if (p)
		p->is_seen = p->is_member = true;
	return true;
}

static void
miss(struct hub *h, struct node_part *p)
{
	if (p->is_seen || !p->is_member || p->is_fixed)
		return;
	p->is_member = false;
	note(h, p, "part-unlisted",
	    p->state == NODE_VALID
		? "the catalog names it no more; it stays in force while its signatures live"
		: "the catalog names it no more");
}

void
node_catalog_take(struct hub *h, struct node_part *catalog, const json_t *reply)
{
	const json_t *member;
	size_t i, lost = 0;
	bool changed = false;

	for (i = 0; i < h->node->parts; i++)
		h->node->part[i].is_seen = false;
	json_array_foreach(json_object_get(reply, "members"), i, member) lost +=
	    !take_member(h, json_string_value(member), &changed);
	for (i = 0; i < h->node->parts; i++)
		miss(h, &h->node->part[i]);
	if (lost && lost != h->node->lost_members)
		log_event(LOG_LEVEL_ERROR, "catalog",
		    "zone=%s left_out=%zu note=\"more parts than \\\"parts\\\" of \\\"node\\\" "
		    "allows\"",
		    catalog->zone.origin, lost);
	h->node->lost_members = lost;
	if (changed && hub_book_write(h) < 0)
		h->book_stale = true;
}

static int
forget(struct hub *h, const struct node_part *p)
{
	json_t *detail = json_pack("{s:I}", "serial", (json_int_t)p->zone.serial);
	int rc = store_begin(h->store);

	if (rc == 0) {
		rc = store_zone_remove(h->store, p->zone.origin);
		if (rc >= 0)
			rc = store_audit(
			    h->store, hub_now(h), "part-dropped", p->zone.origin, detail);
		if (rc >= 0)
			rc = store_commit(h->store);
		else
			store_rollback(h->store);
	}
	json_decref(detail);
	return rc;
}

/* Only what has an empty list already, or never had any. */
void
node_catalog_drop(struct hub *h, struct node_part *p)
{
	bool is_over = p->state == NODE_EXPIRED && h->options->config.node.withdraw &&
		       (p->is_listed || !h->options->config.node.lists);

	if (h->options->config.node.policy &&
	    (h->policy.stale >> (p->feed ? p->feed - h->options->feed : 0) & 1 ||
		h->policy.derive.pid || h->node->is_policy_due))
		is_over = false; /* its policy zone is not empty yet */
	if (p->is_fixed || p->is_member || p->is_keys || !p->feed || p->pull.pid > 0 ||
	    (p->state != NODE_NONE && !is_over))
		return;
	if (p->state != NODE_NONE && forget(h, p) < 0)
		return; /* at the next step */
	if (p->state != NODE_NONE || node_may_note(h->node))
		log_event(LOG_LEVEL_WARNING, "part-dropped", "zone=%s serial=%" PRIu32,
		    p->zone.origin, p->zone.serial);
	hub_policy_mark(h, p->feed);
	memset(p, 0, sizeof(*p));
	p->pull = (struct pull){-1, -1, -1};
	h->book_stale = true; /* once for all that go in this step */
}
