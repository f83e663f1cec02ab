#include "control/hub_refused.h"

#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/store_audit.h"

#include <errno.h>
#include <string.h>

#define EVERY_NS (HUB_REFUSED_EVERY * INT64_C(1000000000))

/* FNV-1a: reasons are ours and names the configuration's, so nobody can aim at it. */
static uint64_t
mix(uint64_t hash, const char *text)
{
	do
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	while (*text++);
	return hash;
}

/* Where a kind is remembered, or may be: a free place, or the oldest whose hour is over.  -1:
 * nowhere. */
static int
place(const struct hub_refused *r, uint64_t kind, int64_t now_ns)
{
	int best = -1;

	for (int i = 0; i < HUB_REFUSED_KINDS; i++) {
		if (r->item[i].kind == kind)
			return i;
		if (r->item[i].kind && now_ns - r->item[i].at_ns < EVERY_NS)
			continue;
		if (best < 0 || !r->item[i].kind ||
		    (r->item[best].kind && r->item[i].at_ns < r->item[best].at_ns))
			best = i;
	}
	return best;
}

static void
record(struct hub *h, const char *event, const char *who, const json_t *line, uint64_t since)
{
	json_t *detail = json_deep_copy(line);
	int rc = -ENOMEM;

	json_object_del(detail, "event");
	json_object_del(detail, "ok");
	if (since)
		json_object_set_new(detail, "left_out_before", json_integer((json_int_t)since));
	if (detail)
		rc = store_audit(h->store, hub_now(h), event, *who ? who : "stranger", detail);
	json_decref(detail);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "audit", "event=%s error=\"%s\"", event, err_text(rc));
}

void
hub_refused_take(struct hub *h, const char *event, const char *who, const json_t *line)
{
	struct hub_refused *r = &h->refused;
	const char *error = json_string_value(json_object_get(line, "error"));
	uint64_t kind = mix(mix(mix(UINT64_C(0xcbf29ce484222325), event), who), error ? error : "");
	int64_t now_ns = hub_clock_ns();
	int i = place(r, kind, now_ns);

	if (i < 0) {
		r->dropped++;
		return;
	}
	if (r->item[i].kind == kind && now_ns - r->item[i].at_ns < EVERY_NS) {
		r->item[i].since++;
		return;
	}
	if (r->item[i].kind != kind) { /* what it left out has no record to come */
		r->dropped += r->item[i].since;
		r->item[i].since = 0;
	}
	record(h, event, who, line, r->item[i].since);
	r->item[i].kind = kind;
	r->item[i].at_ns = now_ns;
	r->item[i].since = 0;
}
