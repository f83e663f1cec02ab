#include "control/node_impl.h"

#include "base/err.h"
#include "base/log.h"
#include "base/serial.h"
#include "control/json_get.h"
#include "control/store_audit.h"
#include "control/store_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define DAY_SECONDS 86400
#define SECOND_NS   INT64_C(1000000000)

static uint64_t
digest(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return h ? h : 1;
}

/* Whether the log has it already, of this part and this source; of a source that cannot be got at,
 * of any part. */
static bool
is_said(struct hub *h, struct node_part *p, const json_t *reply)
{
	size_t i = p->is_check ? HUB_SOURCES_MAX : (size_t)(p->source - h->options->source);
	bool is_unreached = !p->is_check && json_get_number(reply, "bytes") == 0;
	uint64_t *said = is_unreached ? &h->node->unreached[i] : &p->said[i];
	uint64_t now = digest(p->error);
	bool same = *said == now;

	*said = now;
	return same;
}

/* A source had an answer that counts: the next trouble with it is news again. */
static void
forgive(struct hub *h, struct node_part *p)
{
	size_t i = (size_t)(p->source - h->options->source);

	p->failures = 0;
	p->error[0] = '\0';
	p->said[i] = h->node->unreached[i] = 0;
}

bool
node_may_note(struct node *n)
{
	int64_t now_ns = hub_clock_ns();

	if (now_ns - n->notes_ns >= 3600 * SECOND_NS) {
		if (n->notes_lost)
			log_event(LOG_LEVEL_WARNING, "notes", "left_out=%u", n->notes_lost);
		n->notes_ns = now_ns;
		n->notes = n->notes_lost = 0;
	}
	if (n->notes < NODE_NOTES)
		return n->notes++, true;
	n->notes_lost++;
	return false;
}

void
node_complain(struct hub *h, struct node_part *p, const char *event, const json_t *reply)
{
	const json_t *first = json_array_get(json_object_get(reply, "reasons"), 0);
	const char *code = first ? json_get_text(first, "code") : "";

	snprintf(p->error, sizeof(p->error), "%s: %s%s%.300s",
	    p->is_check ? "held" : p->source->name, code, *code ? ": " : "",
	    first   ? json_get_text(first, "text")
	    : reply ? json_get_text(reply, "error")
		    : "it took too long, or the process that fetched it failed");
	if (is_said(h, p, reply) || !node_may_note(h->node))
		return;
	log_event(LOG_LEVEL_ERROR, event, "zone=%s error=\"%s\"", p->zone.origin, p->error);
	if (first ||
	    json_get_number(reply, "bytes") > 0) /* a source that answers wrongly, not none */
		store_audit(h->store, hub_now(h), event, p->zone.origin, reply);
}

static const struct hub_source *
after(const struct hub *h, const struct hub_source *s)
{
	size_t i = (size_t)(s - h->options->source) + 1;

	return &h->options->source[i % h->options->sources_n];
}

void
node_next_source(struct hub *h, struct node_part *p)
{
	const struct config_node *c = &h->options->config.node;
	unsigned rounds = ++p->failures / h->options->sources_n;
	int64_t pause = c->retry, most = c->refresh > c->retry ? c->refresh : c->retry;

	while (rounds-- > 1 && pause < most)
		pause *= 2;
	p->due_ns = hub_clock_ns() + (pause < most ? pause : most) * SECOND_NS;
	p->source = after(h, p->source);
}

/* Nothing came of it: whatever is held stays.  Where a difference went wrong the whole is asked
 * for, at once, and what comes of that counts. */
static void
take_failure(struct hub *h, struct node_part *p, const char *event, const json_t *reply)
{
	bool had_answer = json_get_number(reply, "bytes") > 0;

	if (p->is_ixfr && had_answer) {
		log_event(LOG_LEVEL_INFO, event, "zone=%s kind=ixfr error=\"%.200s\"",
		    p->zone.origin, json_get_text(reply, "error"));
		p->is_whole = true;
		p->due_ns = 0;
		return;
	}
	node_complain(h, p, event, reply);
	if (json_get_number(reply, "bytes") > 0) /* perhaps others are to be trusted by now */
		node_keys_ask(h, p->feed);
	p->is_whole = false;
	node_next_source(h, p);
}

static int
store_part(struct hub *h, struct node_part *p, const json_t *reply, struct store_zone *z)
{
	const struct config_hub *c = &h->options->config.top;
	struct store_history keep = {(unsigned)c->history_versions, c->history_age * DAY_SECONDS};
	struct stat st;
	void *bytes;
	int rc = fstat(p->pull.out_fd, &st) < 0 ? -errno : 0;

	if (rc < 0 || st.st_size == 0 || st.st_size != json_get_number(reply, "size"))
		return rc < 0 ? rc : -ERR_FORMAT;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, p->pull.out_fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	rc = store_file_put(h->store, bytes, (size_t)st.st_size, z->digest);
	munmap(bytes, (size_t)st.st_size);
	rc = rc < 0 ? rc : store_file_sync(h->store);
	rc = rc < 0 ? rc : store_begin(h->store);
	if (rc < 0)
		return rc;
	z->size = (uint64_t)st.st_size;
	rc = store_zone_put(h->store, z, &keep);
	if (rc == 0)
		rc = store_audit(h->store, hub_now(h), "part", z->origin, reply);
	if (rc == 0)
		return store_commit(h->store);
	store_rollback(h->store);
	return rc;
}

static void
take_new(struct hub *h, struct node_part *p, const json_t *reply)
{
	json_int_t serial = json_get_number(reply, "serial");
	struct store_zone z = p->zone;
	int rc = 0;

	if (serial < 0 || serial > UINT32_MAX ||
	    (p->state != NODE_NONE && !serial_newer((uint32_t)serial, z.serial)))
		rc = -ERR_STALE;
	z.serial = (uint32_t)serial;
	z.names = (uint64_t)json_get_number(reply, "names");
	z.since = hub_now(h);
	rc = rc < 0 ? rc : store_part(h, p, reply, &z);
	if (rc < 0) {
		snprintf(p->error, sizeof(p->error), "could not be stored: %s", err_text(rc));
		log_event(LOG_LEVEL_ERROR, "part", "zone=%s error=\"%s\"", z.origin, p->error);
		return;
	}
	h->copy_due = true;
	p->zone = z;
	p->state = NODE_VALID;
	p->until = json_get_number(reply, "until");
	p->heard = z.since;
	p->is_whole = p->is_listed = false;
	p->list_due_ns = 0;
	forgive(h, p);
	p->due_ns = 0; /* once more: that tells the hub, signed, what is held here */
	log_event(LOG_LEVEL_NOTICE, "part",
	    "zone=%s serial=%" PRIu32 " names=%" PRIu64 " source=%s kind=%s bytes=%" PRId64,
	    z.origin, z.serial, z.names, p->source->name, json_get_text(reply, "kind"),
	    (int64_t)json_get_number(reply, "bytes"));
	hub_policy_mark(h, p->feed);
	if (hub_book_write(h) < 0)
		h->book_stale = true;
}

/* What was held when the process started, verified with the keys and the clock of now. */
static void
take_check(struct hub *h, struct node_part *p, const json_t *reply)
{
	bool is_good = strcmp(json_get_text(reply, "state"), "new") == 0;

	p->due_ns = 0;
	p->is_listed = false;
	p->state = is_good ? NODE_VALID : NODE_EXPIRED;
	p->until = is_good ? json_get_number(reply, "until") : 0;
	hub_policy_mark(h, p->feed);
	if (is_good)
		return;
	node_complain(h, p, "part-refused", reply);
	h->node->loud_ns = 0;
}

void
node_take(struct hub *h, struct node_part *p, const json_t *reply)
{
	const char *state = json_get_text(reply, "state");

	if (p->is_keys) {
		node_keys_take(h, p, reply);
	} else if (p->is_check) {
		if (strcmp(state, "failed") == 0 || !reply)
			node_complain(h, p, "pull", reply); /* and once more, at the next retry */
		else
			take_check(h, p, reply);
	} else if (strcmp(state, "new") == 0) {
		take_new(h, p, reply);
	} else if (strcmp(state, p->feed ? "current" : "catalog") == 0) {
		if (!p->feed)
			node_catalog_take(h, p, reply);
		p->heard = hub_now(h);
		forgive(h, p);
		p->due_ns = hub_clock_ns() + h->options->config.node.refresh * SECOND_NS;
		if (p->feed) /* one that holds news back does it alone; catalogs may differ */
			p->source = after(h, p->source);
	} else {
		take_failure(h, p, strcmp(state, "refused") == 0 ? "part-refused" : "pull", reply);
	}
}
