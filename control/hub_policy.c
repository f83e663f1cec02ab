#include "control/hub_policy.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/node.h"
#include "control/store_audit.h"
#include "control/store_file.h"
#include "lists/policy_zone.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY_SECONDS 86400
#define AGAIN_NS    (5 * INT64_C(1000000000))
#define WHY_MAX     200
#define HEAD_LINES  3 /* $ORIGIN, $TTL, SOA */

struct hub_policy_zone {
	struct store_zone now; /* serial 0: there is none yet */
	char part[STORE_DIGEST_HEX];
};

void
hub_policy_mark(struct hub *h, const struct hub_feed *f)
{
	h->policy.stale |= UINT64_C(1) << (f - h->options->feed);
}

static bool
is_wanted(const struct hub *h, const struct hub_feed *f, const char *suffix)
{
	const struct registries *r = h->options->registries;
	const struct registry *g = r->file.item;
	uint8_t name[NAME_LEN_MAX];
	int len = name_from_text(name, suffix, strlen(suffix));

	if (h->node && h->options->config.node.policy)
		return true;
	for (size_t i = 0; len > 0 && i < r->file.n; i++)
		if (registry_takes_kind(&g[i], "policy") &&
		    registry_reads(r, &g[i], f->name, name, (size_t)len))
			return true;
	return false;
}

static struct hub_policy_zone *
find(struct hub_policy *p, const char *suffix)
{
	for (size_t i = 0; i < p->zones; i++)
		if (strcmp(p->zone[i].now.suffix, suffix) == 0)
			return &p->zone[i];
	return NULL;
}

static struct hub_policy_zone *
add(struct hub_policy *p)
{
	if (p->zones == p->room) {
		size_t room = p->room ? 2 * p->room : 128;
		struct hub_policy_zone *more = reallocarray(p->zone, room, sizeof(*more));

		if (!more)
			return NULL;
		p->zone = more;
		p->room = room;
	}
	memset(&p->zone[p->zones], 0, sizeof(*p->zone));
	return &p->zone[p->zones++];
}

static int
add_zone(void *ctx, const struct store_zone *z)
{
	struct hub *h = ctx;
	struct hub_policy_zone *to;

	if (!is_wanted(h, h->policy.feed, z->suffix))
		return 0;
	to = add(&h->policy);
	if (!to)
		return -ENOMEM;
	to->now = *z;
	return 0;
}

static int
add_part(void *ctx, const struct store_zone *z)
{
	struct hub *h = ctx;
	struct hub_policy_zone *to = find(&h->policy, z->suffix);
	uint8_t origin[NAME_LEN_MAX];
	int rc;

	if (!to && !is_wanted(h, h->policy.feed, z->suffix))
		return 0;
	if (!to) {
		rc = derive_origin(origin, h->options, h->policy.feed, z->suffix);
		if (rc < 0)
			return rc;
		to = add(&h->policy);
		if (!to)
			return -ENOMEM;
		name_to_text(to->now.origin, origin);
		strcpy(to->now.suffix, z->suffix);
		strcpy(to->now.feed, z->feed);
		strcpy(to->now.kind, "policy");
	}
	if (!node_is_withdrawn(h, z->origin))
		strcpy(to->part, z->digest);
	return 0;
}

static int
start(struct hub *h)
{
	struct hub_policy *p = &h->policy;
	struct derive_task task = {
	    .options = h->options, .feed = p->feed, .store = h->store, .day = p->made_day};
	struct derive_zone *zone;
	int rc;

	p->zones = 0;
	rc = store_zones(h->store, p->feed->name, "policy", add_zone, h);
	rc = rc < 0 ? rc : store_zones(h->store, p->feed->name, "part", add_part, h);
	if (rc < 0 || !p->zones)
		return rc;
	zone = calloc(p->zones, sizeof(*zone));
	if (!zone)
		return -ENOMEM;
	for (size_t i = 0; i < p->zones; i++) {
		strcpy(zone[i].suffix, p->zone[i].now.suffix);
		strcpy(zone[i].part, p->zone[i].part);
		zone[i].serial = policy_zone_serial(p->zone[i].now.serial, p->made_day);
	}
	task.zone = zone;
	task.zones = p->zones;
	rc = derive_start(&p->derive, &task);
	free(zone);
	return rc;
}

static void
failed(struct hub *h, const char *why)
{
	log_event(LOG_LEVEL_ERROR, "policy-zones",
	    "feed=%s error=\"%s\" note=\"those before stay; it is tried again\"",
	    h->policy.feed->name, why);
	hub_policy_mark(h, h->policy.feed);
	h->policy.again_ns = hub_clock_ns() + AGAIN_NS;
}

void
hub_policy_step(struct hub *h)
{
	struct hub_policy *p = &h->policy;
	int32_t day = (int32_t)(hub_now(h) / DAY_SECONDS);
	int rc;

	if (p->day != day)
		p->stale = ~UINT64_C(0);
	p->day = day;
	if (p->derive.pid || !p->stale || hub_clock_ns() < p->again_ns)
		return;
	/* Behind the last one, so that one that always fails does not keep others waiting. */
	for (unsigned k = 0; k < h->options->feeds_n && !p->derive.pid; k++) {
		unsigned i = p->next++ % h->options->feeds_n;

		if (!(p->stale >> i & 1) || !node_is_settled(h, &h->options->feed[i]))
			continue;
		p->stale &= ~(UINT64_C(1) << i);
		p->feed = &h->options->feed[i];
		p->made_day = day;
		rc = start(h);
		if (rc < 0) {
			p->derive.pid = 0;
			failed(h, err_text(rc));
			return;
		}
	}
	if (!p->derive.pid && !h->node)
		p->stale = 0; /* bits of feeds that there are not */
}

/* What stands behind the SOA. */
static const char *
body(const char *text, size_t len, size_t *rest)
{
	const char *at = text, *end = text + len;

	for (unsigned i = 0; i < HEAD_LINES && at; i++) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	*rest = at ? (size_t)(end - at) : 0;
	return at;
}

/* Whether the zone in place says the same. */
static bool
is_same(const struct hub *h, const struct store_zone *z, const char *text, size_t len)
{
	const char *old, *new_body, *old_body;
	size_t new_len, old_len;
	bool same = false;
	struct stat st;
	void *map;
	int fd;

	if (!z->serial)
		return false;
	fd = store_file_open(h->store, z->digest);
	if (fd < 0)
		return false;
	map = fstat(fd, &st) < 0 ? MAP_FAILED
				 : mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	old = map;
	old_body = body(old, (size_t)st.st_size, &old_len);
	new_body = body(text, len, &new_len);
	if (old_body && new_body && old_len == new_len)
		same = memcmp(old_body, new_body, new_len) == 0;
	munmap(map, (size_t)st.st_size);
	return same;
}

/* Puts what is new in place as files.  Returns how many, or a code; those that are the same as
 * before get serial 0. */
static int
put_files(struct hub *h, const struct derive_result *r, const char *out, size_t len)
{
	struct hub_policy *p = &h->policy;
	size_t at = 0;
	int n = 0, rc = 0;

	for (size_t i = 0; i < p->zones && rc == 0; i++, r++) {
		struct store_zone *z = &p->zone[i].now;

		if (r->size > len - at)
			return -ERR_FORMAT;
		if (is_same(h, z, out + at, r->size)) {
			z->serial = 0;
		} else {
			z->serial = policy_zone_serial(z->serial, p->made_day);
			z->size = r->size;
			z->names = r->names;
			z->since = hub_now(h);
			rc = store_file_put(h->store, out + at, r->size, z->digest);
			n++;
		}
		at += r->size;
		if (r->left_out)
			log_event(LOG_LEVEL_WARNING, "policy-zone",
			    "zone=%s left_out=%" PRIu64
			    " note=\"names too long to stand below it\"",
			    z->origin, r->left_out);
	}
	return rc < 0 ? rc : n;
}

static int
put_rows(struct hub *h, int changed)
{
	const struct config_hub *c = &h->options->config.top;
	struct store_history keep = {(unsigned)c->history_versions, c->history_age * DAY_SECONDS};
	struct hub_policy *p = &h->policy;
	char day[DATE_TEXT_MAX];
	json_t *detail;
	int rc = store_file_sync(h->store);

	rc = rc < 0 ? rc : store_begin(h->store);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < p->zones && rc == 0; i++)
		if (p->zone[i].now.serial)
			rc = store_zone_put(h->store, &p->zone[i].now, &keep);
	date_format(day, p->made_day);
	detail = json_pack(
	    "{s:s, s:i, s:I}", "day", day, "changed", changed, "zones", (json_int_t)p->zones);
	rc = rc < 0 ? rc : store_audit(h->store, hub_now(h), "policy-zones", p->feed->name, detail);
	json_decref(detail);
	if (rc == 0)
		return store_commit(h->store);
	store_rollback(h->store);
	return rc;
}

static int
put_in_place(struct hub *h)
{
	struct hub_policy *p = &h->policy;
	size_t want = p->zones * sizeof(struct derive_result);
	struct derive_result *r = malloc(want);
	char *out = MAP_FAILED;
	struct stat st;
	int rc = r ? 0 : -ENOMEM;

	if (rc == 0 && pread(p->derive.report_fd, r, want, 0) != (ssize_t)want)
		rc = -ERR_FORMAT;
	if (rc == 0 && fstat(p->derive.out_fd, &st) < 0)
		rc = -errno;
	if (rc == 0) {
		out = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, p->derive.out_fd, 0);
		rc = out == MAP_FAILED ? -errno : put_files(h, r, out, (size_t)st.st_size);
	}
	if (rc > 0) {
		int changed = rc;

		rc = put_rows(h, changed);
		if (rc == 0) {
			log_event(LOG_LEVEL_NOTICE, "policy-zones", "feed=%s changed=%d of=%zu",
			    p->feed->name, changed, p->zones);
			if (hub_book_write(h) < 0)
				h->book_stale = true;
			node_policy_changed(h);
		}
	}
	if (out != MAP_FAILED)
		munmap(out, (size_t)st.st_size);
	free(r);
	return rc;
}

void
hub_policy_read(struct hub *h)
{
	struct hub_policy *p = &h->policy;
	char why[WHY_MAX + 1] = "";
	int status = -1, rc;

	while (waitpid(p->derive.pid, &status, 0) < 0 && errno == EINTR)
		;
	p->derive.pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		rc = put_in_place(h);
		if (rc < 0)
			failed(h, err_text(rc));
	} else {
		ssize_t n = pread(p->derive.report_fd, why, WHY_MAX, 0);

		why[n < 0 ? 0 : n] = '\0';
		failed(h, *why ? why : "its process died");
	}
	derive_close(&p->derive);
}

void
hub_policy_stop(struct hub *h)
{
	struct hub_policy *p = &h->policy;

	if (p->derive.pid) {
		kill(p->derive.pid, SIGKILL);
		waitpid(p->derive.pid, NULL, 0);
		p->derive.pid = 0;
		derive_close(&p->derive);
	}
	free(p->zone);
	p->zone = NULL;
	p->zones = p->room = 0;
	p->stale = ~UINT64_C(0);
}
