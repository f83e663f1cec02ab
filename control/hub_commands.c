#include "base/ctl.h"
#include "base/err.h"
#include "control/hub.h"
#include "control/node.h"
#include "control/store_audit.h"
#include "control/store_delivery.h"
#include "control/store_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AUDIT_BYTES (4 << 20) /* of one reply; ctl.h allows twice that */

static json_t *
failed(struct hub *h, int rc)
{
	return ctl_error("%s (%s)", err_text(rc), store_error(h->store));
}

static json_t *
describe_feed(struct hub *h, const struct hub_feed *f)
{
	uint32_t serial;
	int rc = store_feed_serial(h->store, f->name, &serial);

	return json_pack("{s:s, s:o, s:i, s:I, s:I, s:I}", "name", f->name, "serial",
	    rc > 0 ? json_integer((json_int_t)serial) : json_null(), "threshold",
	    (int)f->trust.threshold, "keys", (json_int_t)f->trust.n, "keys_version",
	    (json_int_t)f->trust.version, "keys_since", (json_int_t)f->keys_since);
}

static json_t *
child_state(const struct hub_child *c, bool is_wanted)
{
	return json_pack("{s:b, s:b, s:I}", "wanted", is_wanted, "running", c->pid != 0, "starts",
	    (json_int_t)c->starts);
}

static json_t *
status(struct hub *h, size_t argc, char **argv)
{
	json_t *feeds = json_array();

	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < h->options->feeds_n; i++)
		json_array_append_new(feeds, describe_feed(h, &h->options->feed[i]));
	return json_pack("{s:b, s:s, s:s, s:I, s:I, s:I, s:b, s:b, s:o, s:o, s:o, s:O*, s:o*, s:o*}",
	    "ok", 1, "version", CORDON_VERSION, "domain", h->options->config.top.domain, "started",
	    (json_int_t)h->started, "now", (json_int_t)hub_now(h), "waiting", (json_int_t)h->queued,
	    "examining", h->now != NULL, "book_stale", h->book_stale, "feeds", feeds, "transfers",
	    child_state(&h->xfr, h->options->transfer.n + h->options->transfer_tls.n > 0), "https",
	    child_state(&h->intake, h->options->https.n > 0), "https_counts", h->https_counts,
	    "parts", h->node ? node_status(h) : NULL, "notify", node_notices(h));
}

static json_t *
registries(struct hub *h, size_t argc, char **argv)
{
	(void)argc;
	(void)argv;
	return hub_status_registries(h);
}

static json_t *
update(struct hub *h, size_t argc, char **argv)
{
	struct store_update u;
	char *end;
	unsigned long serial = argc > 2 ? strtoul(argv[2], &end, 10) : 0;
	json_t *reply;
	int rc;

	if (argc != 3 || *end || serial > UINT32_MAX)
		return ctl_error("expected: update FEED SERIAL");
	rc = store_update_find(h->store, &u, argv[1], (uint32_t)serial, NULL);
	if (rc < 0)
		return failed(h, rc);
	if (!rc)
		return ctl_error("no update %s of feed %s was submitted", argv[2], argv[1]);
	reply = json_pack("{s:b, s:s, s:I, s:s, s:s, s:O}", "ok", 1, "state",
	    update_state_text(u.state), "at", (json_int_t)u.at, "source", u.source, "publisher",
	    u.publisher, "verdict", u.verdict);
	json_decref(u.verdict);
	return reply;
}

struct audit_list {
	json_t *records;
	size_t bytes;
};

static int
add_record(void *ctx, const struct audit_record *r)
{
	struct audit_list *l = ctx;
	char hex[2 * AUDIT_HASH_BYTES + 1];

	digest_hex(hex, r->hash, sizeof(r->hash));
	l->bytes += strlen(r->detail) + strlen(r->subject) + 300;
	if (l->bytes > AUDIT_BYTES && json_array_size(l->records))
		return 1;
	json_array_append_new(
	    l->records, json_pack("{s:I, s:I, s:s, s:s, s:s, s:s}", "seq", (json_int_t)r->seq, "at",
			    (json_int_t)r->at, "event", r->event, "subject", r->subject, "detail",
			    r->detail, "hash", hex));
	return 0;
}

static json_t *
audit(struct hub *h, size_t argc, char **argv)
{
	struct audit_list l = {json_array(), 0};
	uint64_t seq = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t most = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
	int rc;

	rc = store_audit_each(h->store, seq, most > INT32_MAX ? INT32_MAX : most, add_record, &l);
	if (rc < 0) {
		json_decref(l.records);
		return failed(h, rc);
	}
	return json_pack("{s:b, s:o}", "ok", 1, "records", l.records);
}

static json_t *
audit_verify(struct hub *h, size_t argc, char **argv)
{
	uint64_t bad;
	int64_t n = store_audit_verify(h->store, &bad);

	(void)argc;
	(void)argv;
	return n < 0 ? failed(h, (int)n)
		     : json_pack("{s:b, s:I, s:I}", "ok", 1, "right", (json_int_t)n, "bad",
			   (json_int_t)bad);
}

static int
add_file(void *ctx, const struct store_zone *z)
{
	char path[STORE_FILE_PATH_MAX];

	store_file_path(path, z->digest);
	return json_array_append_new(ctx, json_pack("{s:s, s:s, s:I}", "suffix", z->suffix, "file",
					      path, "serial", (json_int_t)z->serial))
		   ? -ENOMEM
		   : 0;
}

static json_t *
versions(struct hub *h, size_t argc, char **argv)
{
	json_t *files;
	char *end;
	unsigned long serial = argc > 2 ? strtoul(argv[2], &end, 10) : 0;
	int rc;

	if (argc != 3 || *end || serial > UINT32_MAX)
		return ctl_error("expected: versions FEED SERIAL");
	files = json_array();
	rc = store_zones_at(h->store, argv[1], (uint32_t)serial, add_file, files);
	if (rc > 0)
		return json_pack("{s:b, s:s, s:s, s:o}", "ok", 1, "state", store_dir(h->store),
		    "domain", h->options->config.top.domain, "parts", files);
	json_decref(files);
	return rc < 0 ? failed(h, rc)
		      : ctl_error("serial %s of feed %s is not kept with all its parts (options "
				  "history-versions and history-age)",
			    argv[2], argv[1]);
}

json_t *
hub_answer(void *ctx, size_t argc, char **argv)
{
	static const struct {
		const char *word;
		json_t *(*answer)(struct hub *h, size_t argc, char **argv);
	} commands[] = {
	    {"status", status},
	    {"registries", registries},
	    {"update", update},
	    {"audit", audit},
	    {"audit-verify", audit_verify},
	    {"versions", versions},
	    {"dry-run", hub_dry_start},
	    {"dry-run-result", hub_dry_result},
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].word, argv[0]) == 0)
			return commands[i].answer(ctx, argc, argv);
	return ctl_error("no such command: %.40s", argv[0]);
}
