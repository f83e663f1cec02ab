#include "lists/read_rr.h"

#include "base/err.h"

#include <errno.h>
#include <string.h>

/* Response policy zones (draft-vixie-dnsop-dns-rpz-00). */
struct rpz {
	struct reader *r;
	struct rr_stream rr;
	uint8_t origin[NAME_LEN_MAX];
	int origin_len; /* 0: no SOA yet */
	bool has_entry; /* r->e is the entry of the record before */
};

/* Section 3: what CNAME targets mean. */
static const struct {
	const char *target; /* wire form */
	size_t len;
	int action; /* -1: not supported here */
} targets[] = {
    {"", 1, ACTION_NXDOMAIN},
    {"\1*", 3, ACTION_NODATA},
    {"\14rpz-passthru", 14, ACTION_PASS},
    {"\10rpz-drop", 10, ACTION_DROP},
    {"\14rpz-tcp-only", 14, -1},
};

/* name: the trigger, without its root label.  Returns the action, -1 when reported. */
static int
cname_action(struct rpz *z, const struct rr *rr, const uint8_t *name, size_t len)
{
	const ldns_rdf *target = ldns_rr_rdf(rr->ldns, 0);
	int action = ACTION_SINKHOLE; /* another name is local data, too */
	uint8_t wire[NAME_LEN_MAX];
	int n = target ? name_canon(wire, ldns_rdf_data(target), ldns_rdf_size(target)) : 0;

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (n == (int)targets[i].len && !memcmp(wire, targets[i].target, targets[i].len))
			action = targets[i].action;
	if (n == (int)len + 1 && !memcmp(wire, name, len))
		action = ACTION_PASS; /* how exceptions were written before rpz-passthru */
	if (n <= 0 || action < 0)
		record_error(z->r, 0,
		    "action not supported here; expected `.`, `*.`, rpz-passthru. or rpz-drop.");
	return n <= 0 ? -1 : action;
}

static int
action_of(struct rpz *z, const struct rr *rr, const uint8_t *name, size_t len)
{
	char type[RR_TYPE_TEXT_MAX];

	switch (rr->type) {
	case LDNS_RR_TYPE_CNAME: return cname_action(z, rr, name, len);
	case LDNS_RR_TYPE_A:
	case LDNS_RR_TYPE_AAAA:
	case LDNS_RR_TYPE_TXT: return ACTION_SINKHOLE;
	default:
		record_error(z->r, 0, "%s record; only CNAME, A, AAAA and TXT are read",
		    rr_type_text(rr->type, type));
		return -1;
	}
}

/* The last label of a trigger name of len bytes, origin off. */
static bool
is_other_trigger(const uint8_t *name, size_t len)
{
	static const char *const triggers[] = {
	    "\6rpz-ip", "\15rpz-client-ip", "\10rpz-nsip", "\13rpz-nsdname"};
	const uint8_t *last = name;

	for (size_t i = 0; i < len; i += name[i] + 1u)
		last = name + i;
	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		if (*last + 1u == strlen(triggers[i]) && !memcmp(last, triggers[i], *last + 1u))
			return true;
	return false;
}

/* Emits name unless the record before said the same: RRsets and `*.name` beside `name`. */
static void
emit(struct rpz *z, const uint8_t *name, size_t len, int action)
{
	struct entry *e = &z->r->e;

	if (z->has_entry && e->action == action && e->name_len == len + 1 &&
	    !memcmp(e->name, name, len))
		return;
	memcpy(e->name, name, len);
	e->name[len] = 0;
	e->name_len = (uint8_t)(len + 1);
	e->action = (uint8_t)action;
	z->has_entry = true;
	reader_entry(z->r);
}

static void
read_trigger(struct rpz *z, const struct rr *rr)
{
	const uint8_t *name = rr->owner;
	size_t len = (size_t)(rr->owner_len - z->origin_len);
	int action;

	if (is_other_trigger(name, len)) {
		record_error(z->r, 0, "trigger not supported here: only names are listed");
		return;
	}
	if (name[0] == 1 && name[1] == '*') {
		name += 2;
		len -= 2;
	}
	if (len == 0) {
		record_error(z->r, 0, "`*` would list every name there is");
		return;
	}
	action = action_of(z, rr, name, len);
	if (action >= 0)
		emit(z, name, len, action);
}

static void
read_soa(struct rpz *z, const struct rr *rr)
{
	if (z->origin_len) {
		line_error(z->r, "second SOA record");
		return;
	}
	z->origin_len = rr->owner_len;
	memcpy(z->origin, rr->owner, (size_t)rr->owner_len);
	if (!z->rr.has_origin && !rr_set_origin(&z->rr, rr->owner, (size_t)rr->owner_len))
		z->r->rc = -ENOMEM;
}

static void
read_record(struct rpz *z, const struct rr *rr)
{
	if (rr->type == LDNS_RR_TYPE_SOA) {
		read_soa(z, rr);
	} else if (!z->origin_len) {
		line_error(z->r, "the first record is not the SOA");
		z->r->rc = -ERR_FORMAT;
	} else if (!name_is_under(
		       rr->owner, (size_t)rr->owner_len, z->origin, (size_t)z->origin_len)) {
		record_error(z->r, 0, "owner is not below the zone's own name");
	} else if (rr->owner_len > z->origin_len) {
		read_trigger(z, rr);
	} /* NS, TXT and what else stands at the apex lists nothing */
}

void
read_rpz(struct reader *r)
{
	struct rpz z = {.r = r};
	struct rr rr;

	if (rr_open(&z.rr, r) < 0) {
		r->rc = -ENOMEM;
		goto out;
	}
	while (line_next(r) > 0) {
		if (!rr_read(&z.rr, &rr))
			continue;
		read_record(&z, &rr);
		rr_free(&rr);
	}
	if (r->rc == 0 && !z.origin_len)
		file_error(r, "no SOA record: not a zone, or cut short");
out:
	rr_close(&z.rr);
}
