#include "control/node_impl.h"

#include "base/err.h"
#include "base/log.h"
#include "control/hub_keys.h"
#include "control/trust_json.h"
#include "lists/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define SECOND_NS INT64_C(1000000000)

int
node_keys_name(struct hub *h, struct node_part *p, const struct hub_feed *f)
{
	char label[MANIFEST_LABEL_MAX];

	manifest_label(label, true, f->trust.version + 1);
	*p = (struct node_part){.feed = f,
	    .source = h->options->source,
	    .is_keys = true,
	    .pull = {-1, -1, -1},
	    .origin_len = (uint8_t)(1 + strlen(label) + f->origin_len)};
	if (1 + strlen(label) + f->origin_len > NAME_LEN_MAX)
		return -ERR_NAME;
	p->origin[0] = (uint8_t)strlen(label);
	memcpy(p->origin + 1, label, strlen(label));
	memcpy(p->origin + 1 + strlen(label), f->origin, f->origin_len);
	name_to_text(p->zone.origin, p->origin);
	return 0;
}

/* What is held was found to be right by other keys, what is under way is being judged by them. */
static void
judge_anew(struct hub *h, const struct hub_feed *f)
{
	struct node *n = h->node;

	for (size_t i = 0; i < n->parts; i++) {
		struct node_part *p = &n->part[i];

		if (p->feed != f || p->is_keys)
			continue;
		node_pull_end(n, p);
		p->state = p->state == NODE_NONE ? NODE_NONE : NODE_HELD;
		p->due_ns = 0;
	}
}

static int
put(struct hub *h, struct node_part *p, const struct trust *keys, const json_t *reply)
{
	struct stat st;
	void *bytes;
	struct hub_keys_change c = {.keys = keys, .detail = reply};
	int rc = fstat(p->pull.out_fd, &st) < 0 ? -errno : 0;

	if (rc < 0 || st.st_size == 0 ||
	    st.st_size != json_integer_value(json_object_get(reply, "size")))
		return rc < 0 ? rc : -ERR_FORMAT;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, p->pull.out_fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	c.zone = bytes;
	c.zone_len = (size_t)st.st_size;
	rc = hub_keys_take(h, p->feed, &c);
	munmap(bytes, (size_t)st.st_size);
	return rc;
}

static int
take_new(struct hub *h, struct node_part *p, const json_t *reply)
{
	struct trust *keys = calloc(1, sizeof(*keys));
	int rc = keys ? trust_from_json(keys, json_object_get(reply, "keys")) : -ENOMEM;

	if (rc == 0 && keys->version != p->feed->trust.version + 1)
		rc = -ERR_STALE;
	rc = rc < 0 ? rc : put(h, p, keys, reply);
	free(keys);
	if (rc == 0)
		judge_anew(h, p->feed);
	return rc;
}

/* Goes on to the change after the one that was taken. */
static void
rename_to_next(struct hub *h, struct node_part *p)
{
	struct node_part next;

	if (node_keys_name(h, &next, p->feed) < 0)
		return;
	memcpy(p->origin, next.origin, sizeof(p->origin));
	p->origin_len = next.origin_len;
	strcpy(p->zone.origin, next.zone.origin);
	p->error[0] = '\0';
	p->due_ns = 0;
}

void
node_keys_take(struct hub *h, struct node_part *p, const json_t *reply)
{
	const char *state = json_string_value(json_object_get(reply, "state"));
	int rc;

	p->due_ns = hub_clock_ns() + h->options->config.node.refresh * SECOND_NS;
	p->failures = 0;
	if (state && strcmp(state, "new") == 0) {
		rc = take_new(h, p, reply);
		if (rc == 0)
			rename_to_next(h, p);
		else
			log_event(LOG_LEVEL_ERROR, "keys", "zone=%s error=\"%s\"", p->zone.origin,
			    err_text(rc));
		return;
	}
	/* Nearly always there is none: a source that has no such zone says no. */
	if (state && strcmp(state, "refused") == 0)
		node_complain(h, p, "keys-refused", reply);
	node_next_source(h, p);
	p->due_ns = hub_clock_ns() + h->options->config.node.refresh * SECOND_NS;
}
