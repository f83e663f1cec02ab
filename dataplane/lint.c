#include "dataplane/lint.h"

#include "base/err.h"
#include "dataplane/wire.h"
#include "lists/psl.h"

#include <stdio.h>
#include <string.h>

struct lint {
	const struct options *o;
	const struct zones *zones;
	const struct index *index;
	const struct psl *psl; /* NULL: there is none */
	zones_error_fn *error;
	void *ctx;
	unsigned errors;
};

static void
wrong(struct lint *l, unsigned policy, const uint8_t *name, const char *why)
{
	const struct config_policy *from = l->o->config.policies.item;
	char text[2 * NAME_TEXT_MAX], ns[NAME_TEXT_MAX], line[16] = "";

	name_to_text(ns, name);
	if (from[policy].line)
		snprintf(line, sizeof(line), ":%u", from[policy].line);
	snprintf(text, sizeof(text), "%s%s: policy \"%s\": name server %s %s", l->o->path, line,
	    l->o->policy[policy].name, ns, why);
	l->error(l->ctx, text);
	l->errors++;
}

/* RFC 1123 2.1: letters, digits and inner hyphens. */
static bool
is_host_label(const uint8_t *label)
{
	unsigned n = label[0];

	for (unsigned i = 1; i <= n; i++) {
		bool is_plain =
		    (label[i] >= 'a' && label[i] <= 'z') || (label[i] >= '0' && label[i] <= '9');

		if (!is_plain && (label[i] != '-' || i == 1 || i == n))
			return false;
	}
	return true;
}

static bool
is_host(const uint8_t *name)
{
	for (; *name; name += *name + 1u)
		if (!is_host_label(name))
			return false;
	return true;
}

static const uint8_t *
top_label(const uint8_t *name)
{
	while (name[name[0] + 1u])
		name += name[0] + 1u;
	return name;
}

/* RFC 2606 and its like: nobody can register below these. */
static bool
is_reserved(const uint8_t *top)
{
	static const char *const reserved[] = {
	    "\4test", "\7example", "\7invalid", "\11localhost", "\5local", "\10internal"};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp((const char *)top, reserved[i]) == 0)
			return true;
	return false;
}

/* Says what is wrong with a name by itself, or NULL. */
static const char *
form_mistake(const struct lint *l, const uint8_t *name, bool any_ns)
{
	if (!*name || !is_host(name))
		return "is no host name (RFC 1123 2.1)";
	if (is_reserved(top_label(name)))
		return NULL;
	if (l->psl && psl_is_suffix(l->psl, name))
		return "is a public suffix, not a name server's name";
	if (!any_ns && l->psl && !psl_has_top(l->psl, top_label(name)))
		return "is below a top level domain that does not exist; mend it, or set any-ns";
	return NULL;
}

/* Says why a static zone has no address for a name, or NULL.  *ours: whether there is such a zone.
 */
static const char *
zone_mistake(const struct lint *l, const uint8_t *name, bool *ours)
{
	uint8_t key[NAME_LEN_MAX];
	unsigned len = szone_key(key, name);
	unsigned at = l->zones ? zones_find(l->zones, key, len) : ZONES_MAX;
	const struct szone_node *node;
	const struct szone *z;
	bool exact;

	*ours = at < ZONES_MAX;
	if (!*ours)
		return NULL;
	z = l->zones->at[at].zone;
	node = szone_find(z, key, len, &exact);
	if (node->cut != SZONE_NONE) /* glue, or for the delegated zone to know */
		return NULL;
	if (!exact && node->wildcard == SZONE_NONE)
		return "does not exist in the static zone it belongs to; add its address there";
	if (!exact)
		node = &z->nodes[node->wildcard];
	if (szone_set(z, node, TYPE_CNAME))
		return "is a CNAME in a static zone, which no name server's name may be (RFC 2181 "
		       "10.3)";
	if (!szone_set(z, node, TYPE_A) && !szone_set(z, node, TYPE_AAAA))
		return "has no address in the static zone it belongs to; add it there";
	return NULL;
}

static bool
gives_address(const struct lint *l, const struct index_rule *rule)
{
	const struct feed_options *feed = &l->o->feed[rule->feed];
	enum action action = rule->action ? rule->action : feed->action;

	return action == ACTION_SINKHOLE && !policy_lacks(&l->o->policy[feed->policy], action);
}

/* Whether a list takes a name's address away, today or another day. */
static bool
is_taken(const struct lint *l, const uint8_t *name)
{
	struct probe probe[HASH_LABELS_MAX];
	uint8_t padded[NAME_LEN_MAX + VEC_NAME_PAD] = {0};
	struct hash_name h;
	bool taken = false;
	unsigned n;

	for (n = 0; name[n]; n += name[n] + 1u)
		;
	memcpy(padded, name, n);
	hash_name_set(&h, padded);
	n = index_find(l->index, &h, 1, probe);
	for (unsigned i = 0; i < n; i++) {
		const struct index_rule *r = index_rule_at(l->index, probe[i].class);

		for (; r; r = index_rule_at(l->index, r->next)) {
			enum action action = r->action ? r->action : l->o->feed[r->feed].action;

			if (action == ACTION_PASS) /* goes first, whatever else there is */
				return false;
			taken = taken || !gives_address(l, r);
		}
	}
	return taken;
}

static void
check_ns(struct lint *l, unsigned policy, const uint8_t *name, bool any_ns)
{
	bool ours;
	const char *why = zone_mistake(l, name, &ours);

	if (!why && (!ours || !is_host(name)))
		why = form_mistake(l, name, any_ns);
	if (!why && !ours && !any_ns && l->index && is_taken(l, name))
		why = "is on a list itself, and has no address by it; add it to a feed of action "
		      "pass, or set any-ns";
	if (why)
		wrong(l, policy, name, why);
}

int
lint_policies(const struct options *o, const struct zones *zones, const struct index *index,
    zones_error_fn *error, void *ctx)
{
	struct lint l = {.o = o, .zones = zones, .index = index, .error = error, .ctx = ctx};
	const struct config_policy *from = o->config.policies.item;
	struct psl *psl = NULL;

	if (psl_open(&psl, NULL) == 0)
		l.psl = psl;
	for (unsigned i = 0; i < o->config.policies.n; i++)
		for (unsigned k = 0; o->policy[i].has_ns && k < o->policy[i].ns_n; k++)
			check_ns(&l, i, o->policy[i].ns[k], from[i].any_ns);
	psl_close(psl);
	return l.errors ? -ERR_FORMAT : 0;
}
