#include "control/node_impl.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define LOUD_NS   (3600 * SECOND_NS)
#define EVENTS    16

struct node_part *
node_find(struct node *n, const char *origin)
{
	for (size_t i = 0; *origin && i < n->parts; i++)
		if (strcmp(n->part[i].zone.origin, origin) == 0)
			return &n->part[i];
	return NULL;
}

static int
hold_zone(void *ctx, const struct store_zone *z)
{
	struct hub *h = ctx;
	struct node_part *p = node_find(h->node, z->origin);

	if (!p && h->options->catalog_len)
		p = node_catalog_hold(h, z);
	if (p) {
		p->zone = *z;
		p->state = NODE_HELD;
	}
	return 0;
}

static struct node_part *
free_place(struct node *n)
{
	for (size_t i = 0; i < n->parts; i++)
		if (!*n->part[i].zone.origin)
			return &n->part[i];
	return n->parts < n->room ? &n->part[n->parts++] : NULL;
}

struct node_part *
node_add(struct node *n, const struct hub_options *o, const struct hub_feed *f,
    const uint8_t *suffix, size_t len)
{
	struct node_part *p = len - 1 + f->origin_len <= NAME_LEN_MAX ? free_place(n) : NULL;

	if (!p)
		return NULL;
	memset(p, 0, sizeof(*p));
	p->feed = f;
	p->source = o->source;
	p->pull.pid = -1;
	memcpy(p->suffix, suffix, len);
	p->suffix_len = (uint8_t)len;
	memcpy(p->origin, suffix, len - 1);
	memcpy(p->origin + len - 1, f->origin, f->origin_len);
	p->origin_len = (uint8_t)(len - 1 + f->origin_len);
	name_to_text(p->zone.origin, p->origin);
	name_to_text(p->zone.suffix, p->suffix);
	snprintf(p->zone.feed, sizeof(p->zone.feed), "%s", f->name);
	strcpy(p->zone.kind, "part");
	return p;
}

/* It is pulled as parts are. */
static void
add_catalog(struct node *n, const struct hub_options *o)
{
	struct node_part *p = &n->part[n->parts++];

	p->source = o->source;
	p->pull.pid = -1;
	memcpy(p->origin, o->catalog, o->catalog_len);
	p->origin_len = o->catalog_len;
	name_to_text(p->zone.origin, p->origin);
}

/* Behind the parts, what watches for key changes of each feed. */
static int
watch_keys(struct hub *h)
{
	struct node *n = h->node;
	int rc = 0;

	for (unsigned i = 0; i < h->options->feeds_n && rc == 0; i++)
		if (h->options->feed[i].conf->key_change)
			rc = node_keys_name(h, &n->part[n->parts++], &h->options->feed[i]);
	return rc;
}

static int
make_parts(struct node *n, const struct hub_options *o)
{
	for (unsigned i = 0; i < o->feeds_n; i++)
		n->room += o->feed[i].scope.suffixes;
	n->room += o->feeds_n + (o->catalog_len ? 1 + (size_t)o->config.node.parts : 0);
	n->part = calloc(n->room + 1, sizeof(*n->part));
	if (!n->part)
		return -ENOMEM;
	if (o->catalog_len)
		add_catalog(n, o);
	for (unsigned i = 0; i < o->feeds_n; i++) {
		const struct hub_feed *f = &o->feed[i];

		for (size_t k = 0; k < f->scope.suffixes; k++) {
			const struct guard_suffix *s = &f->scope.suffix[k];
			struct node_part *p = node_add(n, o, f, s->name, s->len);

			if (!p)
				return -ERR_NAME;
			p->is_fixed = true;
		}
	}
	return 0;
}

static int64_t
clock_distance(const struct hub *h)
{
	return hub_now(h) - hub_clock_ns() / SECOND_NS;
}

int
node_open(struct hub *h)
{
	struct node *n;
	int rc;

	if (h->options->config.top.role != ROLE_NODE)
		return 0;
	n = calloc(1, sizeof(*n));
	if (!n)
		return -ENOMEM;
	h->node = n;
	n->is_policy_due = true;
	n->clock_s = clock_distance(h);
	n->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	rc = n->epoll_fd < 0 ? -errno : make_parts(n, h->options);
	rc = rc < 0 ? rc : watch_keys(h);
	if (rc == 0)
		rc = store_zones(h->store, NULL, "part", hold_zone, h);
	rc = rc < 0 ? rc : node_receipt_open(h);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "node", "error=\"%s\"", err_text(rc));
	return rc;
}

void
node_close(struct hub *h)
{
	struct node *n = h->node;

	if (!n)
		return;
	for (size_t i = 0; i < n->parts; i++)
		node_pull_end(n, &n->part[i]);
	node_sender_close(&n->sender);
	node_command_close(n);
	if (n->epoll_fd >= 0)
		close(n->epoll_fd);
	free(n->part);
	free(n);
	h->node = NULL;
}

int
node_fd(const struct hub *h)
{
	return h->node ? h->node->epoll_fd : -1;
}

static void
read_ready(struct hub *h)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(h->node->epoll_fd, events, EVENTS, 0);

	for (int i = 0; i < n; i++)
		node_pull_read(h, events[i].data.ptr);
}

/* The signatures' time ends by the clock, whether or not a source can be asked. */
static void
expire(struct hub *h, struct node_part *p)
{
	if (p->state != NODE_VALID || p->until >= hub_now(h))
		return;
	p->state = NODE_EXPIRED;
	p->is_listed = false;
	h->node->loud_ns = 0;
	hub_policy_mark(h, p->feed);
}

/* The clock was set: signatures that were over, or not yet to begin, may count now. */
static void
heed_clock(struct hub *h)
{
	struct node *n = h->node;
	int64_t distance = clock_distance(h), step = distance - n->clock_s;

	if (step >= -1 && step <= 1)
		return;
	n->clock_s = distance;
	log_event(LOG_LEVEL_WARNING, "clock", "step_s=%" PRId64, step);
	for (size_t i = 0; i < n->parts; i++) {
		struct node_part *p = &n->part[i];

		if (p->state != NODE_EXPIRED)
			continue;
		node_pull_end(n, p);
		p->state = NODE_HELD;
		p->due_ns = 0;
	}
}

static void
be_loud(struct hub *h, int64_t now_ns)
{
	struct node *n = h->node;

	if (now_ns < n->loud_ns)
		return;
	n->loud_ns = now_ns + LOUD_NS;
	for (size_t i = 0; i < n->parts; i++)
		if (n->part[i].state == NODE_EXPIRED)
			log_event(LOG_LEVEL_ERROR, "expired",
			    "zone=%s serial=%" PRIu32 " list=%s note=\"no source had a part that "
			    "enough publishers' signatures still stand for; call them\"",
			    n->part[i].zone.origin, n->part[i].zone.serial,
			    h->options->config.node.withdraw ? "emptied" : "kept");
}

static bool
is_due(const struct node_part *p, int64_t now_ns)
{
	return *p->zone.origin && p->pull.pid < 0 &&
	       (now_ns >= p->due_ns || (p->is_told && now_ns >= p->told_ns));
}

/* Behind the part that was started last, so that some who are told much keep no others waiting. */
static void
start_due(struct hub *h, int64_t now_ns)
{
	struct node *n = h->node;
	size_t first = n->next;

	for (size_t i = 0; i < n->parts; i++) {
		size_t k = (first + i) % n->parts;

		if (n->running >= (unsigned)h->options->config.node.pulls)
			return;
		if (!is_due(&n->part[k], now_ns))
			continue;
		n->next = k + 1;
		node_pull_start(h, &n->part[k]);
	}
}

void
node_step(struct hub *h)
{
	struct node *n = h->node;
	int64_t now_ns = hub_clock_ns();

	if (!n)
		return;
	read_ready(h);
	heed_clock(h);
	for (size_t i = 0; i < n->parts; i++) {
		struct node_part *p = &n->part[i];

		expire(h, p);
		if (p->pull.pid > 0 && now_ns >= p->kill_ns) {
			node_take(h, p, NULL);
			node_pull_end(n, p);
		}
		node_catalog_drop(h, p);
	}
	start_due(h, now_ns);
	be_loud(h, now_ns);
	node_local_step(h);
	node_policy_step(h);
	node_command_step(h);
	node_receipt_step(h);
}

json_t *
node_status(const struct hub *h)
{
	static const char *const states[] = {"none", "unverified", "valid", "EXPIRED"};
	json_t *parts = json_array();

	for (size_t i = 0; h->node && i < h->node->parts; i++) {
		const struct node_part *p = &h->node->part[i];

		if (!p->feed || (p->is_keys && !*p->error))
			continue;
		json_array_append_new(parts,
		    json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "named_by",
			p->is_fixed    ? "configuration"
			: p->is_member ? "catalog"
				       : "nobody",
			"zone", p->zone.origin, "state", states[p->state], "serial",
			(json_int_t)p->zone.serial, "names", (json_int_t)p->zone.names, "until",
			(json_int_t)p->until, "since", (json_int_t)p->zone.since, "heard",
			(json_int_t)p->heard, "source", p->source->name, "error", p->error));
	}
	return parts;
}
