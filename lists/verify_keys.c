#include "base/err.h"
#include "lists/verify_zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* Versions follow each other without gaps, so that whoever lacks some can go through all. */
static void
check_version(struct verify *v, uint32_t version, const char *where)
{
	uint32_t now = v->trust->version;

	if (!now || version == now + 1)
		return;
	if (version == now)
		reasons_add(&v->reasons, REASON_SERIAL_SAME, where, 0,
		    "version %" PRIu32 " of the keys is in force already", version);
	else if (version < now)
		reasons_add(&v->reasons, REASON_SERIAL_ROLLBACK, where, 0,
		    "version %" PRIu32 " of the keys is older than the one in force, %" PRIu32,
		    version, now);
	else
		reasons_add(&v->reasons, REASON_SERIAL_GAP, where, 0,
		    "version %" PRIu32 " of the keys does not follow the one in force, %" PRIu32,
		    version, now);
}

/* The keys of before, and behind them those that are new; *added takes which of all the new set
 * has.  Returns NULL for want of memory, or with a reason for want of room. */
static struct trust *
both(struct verify *v, const char *where, uint64_t *added)
{
	const struct trust *fresh = v->manifest.keys;
	struct trust *all = malloc(sizeof(*all));

	if (!all)
		return NULL;
	*all = *v->trust;
	*added = 0;
	for (size_t i = 0; i < fresh->n; i++) {
		size_t at = 0;

		if (trust_add(all, &fresh->key[i]) == -ERR_FULL)
			reasons_add(&v->reasons, REASON_KEYS, where, 0,
			    "with the keys of before these are more than %d", TRUST_KEYS_MAX);
		while (at < all->n && !public_key_same(&all->key[at], &fresh->key[i]))
			at++;
		if (at < all->n)
			*added |= UINT64_C(1) << at;
	}
	return all;
}

int
verify_keys(struct verify *v, const struct zone_scan *s, struct zone_verdict *z)
{
	const struct apex_record *zonemd = zone_scan_zonemd(s);
	struct verify_quorum before = {.threshold = v->trust->threshold, .kind = "keys"};
	struct verify_quorum after = {.threshold = v->manifest.keys->threshold, .kind = "new keys"};
	struct trust *all;

	verify_describe(z, s);
	if (!zonemd)
		return 0;
	all = both(v, z->where, &after.keys);
	if (!all)
		return -ENOMEM;
	before.keys = v->trust->n < TRUST_KEYS_MAX ? (UINT64_C(1) << v->trust->n) - 1 : UINT64_MAX;
	z->signers = trust_signers(
	    all, s->apex, zonemd, v->now, z->where, z->found, &z->found_n, &v->reasons);
	free(all);
	if (z->signers & before.keys) {
		verify_quorum(v, z, &before);
		verify_quorum(v, z, &after);
		check_version(v, z->serial, z->where);
	} else {
		verify_nobody(v, z);
	}
	z->signers &= before.keys;
	v->signers &= z->signers;
	return z->signers != 0;
}
