/* Policy zones of today as files, made by the process that makes those of registries
 * (hub_policy.h), for name servers that read files. */
#include "base/err.h"
#include "base/log.h"
#include "base/outfile.h"
#include "control/node_impl.h"
#include "control/store_file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_NS INT64_C(5000000000)

bool
node_is_settled(const struct hub *h, const struct hub_feed *f)
{
	for (size_t i = 0; h->node && i < h->node->parts; i++)
		if (h->node->part[i].feed == f && h->node->part[i].state == NODE_HELD)
			return false;
	return true;
}

bool
node_is_withdrawn(const struct hub *h, const char *origin)
{
	const struct node_part *p = h->node ? node_find(h->node, origin) : NULL;

	return p && p->state == NODE_EXPIRED && h->options->config.node.withdraw;
}

static struct node_part *
find_part(struct node *n, const struct store_zone *z)
{
	for (size_t i = 0; i < n->parts; i++) {
		struct node_part *p = &n->part[i];

		if (node_is_part(p) && strcmp(p->zone.suffix, z->suffix) == 0 &&
		    strcmp(p->zone.feed, z->feed) == 0)
			return p;
	}
	return NULL;
}

static int
copy(FILE *to, int fd)
{
	char block[65536];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) > 0)
		if (fwrite(block, 1, (size_t)n, to) != (size_t)n)
			return -EIO;
	return n < 0 ? -errno : 0;
}

static int
write_zone(void *ctx, const struct store_zone *z)
{
	struct hub *h = ctx;
	struct node_part *p = find_part(h->node, z);
	char path[PATH_MAX];
	struct outfile o;
	int fd, rc;

	if (!p || strcmp(p->policy_digest, z->digest) == 0)
		return 0;
	snprintf(path, sizeof(path), "%s/%s.%s.rpz.zone", h->options->config.node.policy, z->suffix,
	    z->feed);
	fd = store_file_open(h->store, z->digest);
	if (fd < 0)
		return fd;
	rc = outfile_open(&o, path);
	if (rc == 0)
		rc = outfile_close(&o, copy(o.to, fd));
	close(fd);
	if (rc < 0)
		return rc;
	strcpy(p->policy_digest, z->digest);
	node_command_changed(h->node);
	return 0;
}

void
node_policy_changed(struct hub *h)
{
	if (!h->node)
		return;
	h->node->is_policy_due = true;
	h->node->policy_ns = 0;
}

void
node_policy_step(struct hub *h)
{
	struct node *n = h->node;
	int64_t now_ns = hub_clock_ns();
	int rc;

	if (!h->options->config.node.policy || !n->is_policy_due || now_ns < n->policy_ns)
		return;
	n->policy_ns = now_ns + AGAIN_NS;
	rc = store_zones(h->store, NULL, "policy", write_zone, h);
	n->is_policy_due = rc < 0;
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "policy-files", "folder=%s error=\"%s\"",
		    h->options->config.node.policy, err_text(rc));
}
