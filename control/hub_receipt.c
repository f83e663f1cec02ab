#include "control/hub_receipt.h"

#include "base/log.h"
#include "base/serial.h"
#include "control/store_file.h"
#include "control/store_proof.h"
#include "control/zone_digest.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define FUTURE_S 300 /* as far as clocks may differ, like TSIG's fudge */
#define OLD_S    (30 * 86400)

const char *
receipt_verdict_text(enum receipt_verdict v)
{
	static const char *const words[RECEIPT_VERDICTS] = {"held", "malformed", "forged",
	    "foreign", "future", "old", "unknown-serial", "digest", "duplicate", "stale",
	    "too-many", "error"};

	return words[v];
}

bool
hub_receipt_is_signed(
    const struct registries *all, const struct receipt *r, const uint8_t sig[KEY_SIGNATURE])
{
	const struct registry_receipt_key *k = all->receipt_keys.item;
	struct public_key key;

	for (size_t i = 0; i < all->receipt_keys.n; i++)
		if (strcmp(k[i].registry, r->registry) == 0 &&
		    public_key_parse(&key, k[i].key, strlen(k[i].key)) == 0 &&
		    receipt_verify(r, sig, &key))
			return true;
	return false;
}

struct looking {
	const struct receipt *r;
	struct store_zone zone;
	char digest[STORE_DIGEST_HEX]; /* of the file with that serial; "": there is none */
};

static int
take_zone(void *ctx, const struct store_zone *z)
{
	struct looking *l = ctx;

	if (strcmp(z->origin, l->r->zone) == 0)
		l->zone = *z;
	return 0;
}

static int
take_version(void *ctx, const struct store_version *v)
{
	struct looking *l = ctx;

	if (v->serial == l->r->serial && !*l->digest)
		memcpy(l->digest, v->digest, sizeof(l->digest));
	return 0;
}

static bool
is_theirs(const struct hub *h, const struct store_zone *z, const char *registry)
{
	const struct registries *r = h->options->registries;
	const struct registry *g = registry_find(r, registry);
	uint8_t suffix[NAME_LEN_MAX];
	int len = name_from_text(suffix, z->suffix, strlen(z->suffix));

	return g && len > 0 && registry_reads(r, g, z->feed, suffix, (size_t)len);
}

/* Whether it is of a zone that the registry was given, as it was then. */
static enum receipt_verdict
judge_zone(struct hub *h, const struct receipt *r)
{
	struct looking l = {.r = r};
	char hex[ZONE_DIGEST_HEX];
	int fd, rc = store_zones(h->store, NULL, "part", take_zone, &l);

	if (rc < 0)
		return RECEIPT_ERROR;
	if (!*l.zone.origin || !is_theirs(h, &l.zone, r->registry))
		return RECEIPT_FOREIGN;
	if (l.zone.serial == r->serial)
		memcpy(l.digest, l.zone.digest, sizeof(l.digest));
	else if (store_versions(h->store, r->zone, take_version, &l) < 0)
		return RECEIPT_ERROR;
	if (!*l.digest)
		return RECEIPT_UNKNOWN;
	fd = store_file_open(h->store, l.digest);
	if (fd < 0 || zone_digest(hex, fd) < 0)
		return RECEIPT_ERROR;
	return strcmp(hex, r->digest) == 0 ? RECEIPT_HELD : RECEIPT_DIGEST;
}

static bool
says_same(const struct receipt *a, const struct receipt *b)
{
	if (a->serial != b->serial || a->handed_n != b->handed_n)
		return false;
	for (unsigned i = 0; i < a->handed_n; i++)
		if (a->handed[i].ok != b->handed[i].ok ||
		    strcmp(a->handed[i].to, b->handed[i].to) != 0)
			return false;
	return true;
}

/* Against the last one that was kept. */
static enum receipt_verdict
judge_order(struct hub *h, const struct receipt *r)
{
	struct receipt last;
	int rc = store_proof_last(h->store, r->registry, r->zone, &last);
	int64_t n = store_proof_count(h->store, r);

	if (rc < 0 || n < 0)
		return RECEIPT_ERROR;
	if (rc > 0 && says_same(r, &last))
		return RECEIPT_DUPLICATE;
	if (rc > 0 && (serial_newer(last.serial, r->serial) || r->time <= last.time))
		return RECEIPT_STALE;
	return n < STORE_PROOFS_MAX ? RECEIPT_HELD : RECEIPT_TOO_MANY;
}

static enum receipt_verdict
judge(struct hub *h, const json_t *receipt, struct receipt *r)
{
	uint8_t sig[KEY_SIGNATURE];
	enum receipt_verdict v;

	if (receipt_read(r, sig, receipt) < 0)
		return RECEIPT_MALFORMED;
	if (!hub_receipt_is_signed(h->options->registries, r, sig))
		return RECEIPT_FORGED;
	if (r->time > hub_now(h) + FUTURE_S)
		return RECEIPT_FUTURE;
	if (r->time < hub_now(h) - OLD_S)
		return RECEIPT_OLD;
	v = judge_zone(h, r);
	v = v == RECEIPT_HELD ? judge_order(h, r) : v;
	if (v == RECEIPT_HELD && store_proof_add(h->store, hub_now(h), r, receipt) < 0)
		return RECEIPT_ERROR;
	return v;
}

enum receipt_verdict
hub_receipt_take(struct hub *h, const json_t *receipt)
{
	static struct log_limit refused;
	struct receipt r;
	enum receipt_verdict v = judge(h, receipt, &r);

	if (v == RECEIPT_HELD)
		log_event(LOG_LEVEL_INFO, "receipt", "registry=%s zone=%s serial=%" PRIu32,
		    r.registry, r.zone, r.serial);
	else
		log_limited(&refused, LOG_LEVEL_WARNING, "receipt",
		    "registry=%s zone=%s serial=%" PRIu32 " verdict=%s", r.registry, r.zone,
		    r.serial, receipt_verdict_text(v));
	return v;
}
