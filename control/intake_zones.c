/* Downloads: who asks, how often, and for which zone; and the list of zones. */
#include "base/log.h"
#include "control/intake_impl.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>

#define MINUTE_NS INT64_C(60000000000)

static void
refuse(struct intake_request *r, unsigned status, const char *why)
{
	r->status = status;
	r->why = why;
}

static const struct sockaddr_in6 *
address_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info && info->client_addr->sa_family == AF_INET6
		   ? (const struct sockaddr_in6 *)(const void *)info->client_addr
		   : NULL;
}

/* Whether the registry's rate has room for one more: a minute's requests may come at once, and
 * then as many as have since been paid for. */
static bool
is_within_rate(struct intake *in, const struct registry *g)
{
	const struct registry *first = in->o->registries->file.item;
	int64_t *paid = &in->paid_ns[g - first], now = intake_clock_ns();
	int64_t price = MINUTE_NS / in->o->config.https.requests_per_minute;

	if (*paid < now)
		*paid = now;
	if (*paid - now > MINUTE_NS - price)
		return false;
	*paid += price;
	return true;
}

static bool
has_too_many(const struct intake *in, const struct intake_request *r)
{
	const struct registry *g = r->download.registry;
	int64_t n = 0;

	for (const struct intake_request *other = in->requests; other; other = other->next)
		n += other != r && other->download.registry == g && other->download.zone;
	for (unsigned i = 0; i < in->owed_n; i++)
		n += strcmp(in->owed[i]->event.registry, g->name) == 0;
	return n >= in->o->config.https.downloads_per_registry;
}

/* The zone, if the registry may have it; of others it learns nothing. */
static const struct book_zone *
find_zone(const struct intake *in, const struct intake_target *t, uint32_t registry)
{
	const struct book_zone *z = book_zone(in->book, t->zone, t->zone_len);

	return z && z->now.file && book_may_read(z, registry) ? z : NULL;
}

static void
prepare(struct intake *in, struct intake_request *r, const struct registry *g)
{
	struct intake_download *d = &r->download;
	const struct sockaddr_in6 *from = address_of(r->connection);

	d->book = book_hold(in->book);
	d->began_ns = intake_clock_ns();
	strcpy(d->event.registry, g->name);
	d->event.transport = "https";
	xfr_client_text(d->event.client, &from->sin6_addr, ntohs(from->sin6_port));
}

void
intake_zones_begin(struct intake *in, struct intake_request *r)
{
	const struct registry *g = intake_registry(in->o, r->connection);
	const struct sockaddr_in6 *from = address_of(r->connection);
	int64_t no = g && in->book ? book_registry(in->book, g->name) : -1;
	const struct book_zone *z = NULL;

	if (g && !in->book) {
		refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "the list of zones cannot be read");
		return;
	}
	/* With a good token from elsewhere too: whoever stole it need not know that it is good. */
	if (no < 0 || !from || !book_may_come_from(&in->book->registries[no], &from->sin6_addr)) {
		refuse(r, MHD_HTTP_UNAUTHORIZED,
		    "show a registry's token or certificate, from one of its addresses");
		return;
	}
	r->download.registry = g;
	if (!is_within_rate(in, g)) {
		refuse(r, MHD_HTTP_TOO_MANY_REQUESTS, "more than requests-per-minute");
		return;
	}
	if (r->target.zone_len) {
		z = find_zone(in, &r->target, (uint32_t)no);
		if (!z) {
			refuse(r, MHD_HTTP_NOT_FOUND, "no such zone");
			return;
		}
	}
	prepare(in, r, g);
	if (z && has_too_many(in, r)) {
		refuse(r, MHD_HTTP_TOO_MANY_REQUESTS, "more than downloads-per-registry");
		return;
	}
	r->download.zone = z;
	if (z) {
		name_to_text(r->download.event.zone, z->origin);
		r->download.event.serial = z->now.serial;
		r->download.event.has_serial = true;
	}
}

void
intake_zones_promise(struct intake_request *r, const char *kind, uint64_t bytes)
{
	struct intake_download *d = &r->download;

	d->is_evidence = !r->is_head;
	d->event.event = "transfer";
	d->event.kind = kind;
	d->event.bytes = bytes;
	d->event.has_bytes = true;
}

void
intake_zones_end(struct intake *in, struct intake_request *r, bool is_sent)
{
	struct intake_download *d = &r->download;
	int fd = intake_fd_of(r->connection);

	if (d->is_evidence && is_sent && fd >= 0) {
		intake_owed_add(in, fd, d);
	} else if (d->is_evidence) {
		d->event.error = "cut off";
		d->event.ms = (uint64_t)((intake_clock_ns() - d->began_ns) / 1000000);
		xfr_event_send(in->events, &d->event, false, intake_clock_ns());
	}
	book_drop(d->book);
}

static json_t *
describe(const struct intake *in, const struct book_zone *z)
{
	char origin[NAME_TEXT_MAX], digest[BOOK_DIGEST_MAX];
	struct stat st;

	if (!z->now.file || book_digest(digest, &z->now) < 0 ||
	    fstatat(in->dir_fd, z->now.file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return NULL;
	name_to_text(origin, z->origin);
	return json_pack("{s:s, s:I, s:s, s:I}", "origin", origin, "serial",
	    (json_int_t)z->now.serial, "sha384", digest, "size", (json_int_t)st.st_size);
}

enum MHD_Result
intake_zones_finish(struct intake *in, struct intake_request *r)
{
	const struct book *b = r->download.book;
	int64_t no = book_registry(b, r->download.registry->name);
	json_t *zones = json_array();

	for (size_t i = 0; i < b->zones_n && no >= 0; i++) {
		json_t *one =
		    book_may_read(&b->zones[i], (uint32_t)no) ? describe(in, &b->zones[i]) : NULL;

		if (one)
			json_array_append_new(zones, one);
	}
	intake_count(in, COUNT_LIST);
	return intake_json(in, r, json_pack("{s:o}", "zones", zones));
}
