#include "control/node_impl.h"

#include "base/ctl.h"
#include "base/err.h"
#include "base/log.h"
#include "base/outfile.h"
#include "control/store_file.h"
#include "lists/read_zone.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_NS  INT64_C(5000000000)
#define RELOAD_MS 2000 /* it answers at once: the load runs in a thread of its own */

static int
copy_all(FILE *from, FILE *to)
{
	char block[65536];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, n, to) != n)
			return -EIO;
	return ferror(from) ? -EIO : 0;
}

/* The apex without what proves it, and no entry.  A zone in normal form begins with its apex, a
 * record a line. */
static int
copy_apex(FILE *from, FILE *to)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, from) > 0 && strchr(";$@", line[0]))
		if (!strstr(line, " ZONEMD ") && !strstr(line, " RRSIG "))
			fputs(line, to);
	free(line);
	fputs(ZONE_END_MARK "0\n", to);
	return ferror(from) || ferror(to) ? -EIO : 0;
}

static int
write_list(struct hub *h, const struct node_part *p)
{
	bool is_empty = p->state == NODE_EXPIRED && h->options->config.node.withdraw;
	char path[PATH_MAX];
	struct outfile o;
	FILE *from;
	int rc, fd;

	snprintf(path, sizeof(path), "%s/%s.%s.zone", h->options->config.node.lists, p->zone.suffix,
	    p->zone.feed);
	fd = store_file_open(h->store, p->zone.digest);
	from = fd < 0 ? NULL : fdopen(fd, "r");
	if (!from)
		return fd < 0 ? fd : -errno;
	rc = outfile_open(&o, path);
	if (rc == 0)
		rc = outfile_close(&o, is_empty ? copy_apex(from, o.to) : copy_all(from, o.to));
	fclose(from);
	return rc;
}

static void
step_list(struct hub *h, struct node_part *p, int64_t now_ns)
{
	int rc;

	if (p->is_listed || p->state < NODE_VALID || now_ns < p->list_due_ns)
		return;
	rc = write_list(h, p);
	p->list_due_ns = now_ns + AGAIN_NS;
	p->is_listed = rc == 0;
	if (rc < 0) {
		log_event(LOG_LEVEL_ERROR, "list", "zone=%s folder=%s error=\"%s\"", p->zone.origin,
		    h->options->config.node.lists, err_text(rc));
		return;
	}
	memset(h->node->reload_due, 1, sizeof(h->node->reload_due));
	h->node->reload_ns = 0;
	node_command_changed(h->node);
}

/* Returns whether it has been told. */
static bool
tell(const char *socket)
{
	static const char *const words[] = {"reload"};
	json_t *reply = NULL;
	int rc = ctl_call(&reply, socket, words, 1, RELOAD_MS);
	bool ok = rc == 0 && json_is_true(json_object_get(reply, "ok"));

	if (!ok)
		log_event(LOG_LEVEL_WARNING, "responder",
		    "socket=%s error=\"%s\" note=\"it is asked again\"", socket,
		    rc < 0 ? err_text(rc) : "it refuses to reload");
	json_decref(reply);
	return ok;
}

void
node_local_step(struct hub *h)
{
	const struct config_node *c = &h->options->config.node;
	struct node *n = h->node;
	int64_t now_ns = hub_clock_ns();

	if (!c->lists)
		return;
	for (size_t i = 0; i < n->parts; i++)
		step_list(h, &n->part[i], now_ns);
	if (now_ns < n->reload_ns)
		return;
	n->reload_ns = now_ns + AGAIN_NS;
	for (size_t i = 0; i < c->responders.n; i++)
		if (n->reload_due[i])
			n->reload_due[i] = !tell(c->responders.item[i]);
}
