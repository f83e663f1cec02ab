#include "lists/szone_impl.h"

#include <ldns/ldns.h>
#include <string.h>

static const struct szone_set *
find_set(const struct szone *z, uint32_t node, unsigned type)
{
	return szone_set(z, &z->nodes[node], type);
}

static const char *
owner(const struct szone *z, uint32_t node, char text[NAME_TEXT_MAX])
{
	return szone_key_text(text, z->bytes + z->nodes[node].key, z->nodes[node].key_len);
}

static bool
is_wildcard(const struct szone *z, uint32_t node)
{
	return node && z->nodes[z->nodes[node].parent].wildcard == node;
}

static bool
has_address(const struct szone *z, uint32_t node)
{
	return find_set(z, node, LDNS_RR_TYPE_A) || find_set(z, node, LDNS_RR_TYPE_AAAA);
}

/* Offset of the name in RDATA by which other records are found or which may be compressed; -1:
 * none. */
static int
name_offset(unsigned type)
{
	switch (type) {
	case LDNS_RR_TYPE_NS:
	case LDNS_RR_TYPE_CNAME:
	case LDNS_RR_TYPE_PTR: return 0;
	case LDNS_RR_TYPE_MX: return 2;
	case LDNS_RR_TYPE_SRV: return 6;
	default: return -1;
	}
}

static unsigned
name_len(const uint8_t *name)
{
	unsigned n = 0;

	while (name[n])
		n += name[n] + 1u;
	return n + 1;
}

/* Bytes of a name before a node; SZONE_OUT: the name is not below it. */
static uint8_t
relative(const struct szone *z, uint32_t at, const uint8_t *name)
{
	const struct szone_node *node = &z->nodes[at];
	uint8_t key[NAME_LEN_MAX];
	unsigned len = szone_key(key, name);

	for (unsigned i = 0; i < len; i++)
		if (key[i] >= 'A' && key[i] <= 'Z')
			key[i] += 'a' - 'A';
	if (len < node->key_len || memcmp(key, z->bytes + node->key, node->key_len) != 0)
		return SZONE_OUT;
	return (uint8_t)(len - node->key_len);
}

static void
check_soa(struct szone_maker *m)
{
	struct szone *z = m->z;
	const struct szone_set *soa = find_set(z, 0, LDNS_RR_TYPE_SOA);
	const uint8_t *p;

	if (!find_set(z, 0, LDNS_RR_TYPE_NS))
		file_error(m->r, "no NS record at the apex");
	if (!soa) {
		file_error(m->r, "no SOA record at the apex");
		return;
	}
	if (soa->rrs_n > 1) {
		szone_wrong(m, soa->line, "there is another SOA record");
		return;
	}
	p = z->bytes + z->rrs[soa->first].rdata;
	z->mname_relative = relative(z, 0, p);
	z->mname_len = (uint8_t)name_len(p);
	p += z->mname_len;
	z->rname_relative = relative(z, 0, p);
	p += name_len(p);
	z->serial = ldns_read_uint32(p);
	z->negative_ttl = ldns_read_uint32(p + 16);
	if (z->negative_ttl > soa->ttl) /* RFC 2308 3 */
		z->negative_ttl = soa->ttl;
}

/* What may stand at a name, by what else is there. */
static void
check_set(struct szone_maker *m, uint32_t i, const struct szone_set *set)
{
	const struct szone *z = m->z;
	const struct szone_node *node = &z->nodes[i];
	bool is_address = set->type == LDNS_RR_TYPE_A || set->type == LDNS_RR_TYPE_AAAA;
	char text[NAME_TEXT_MAX];

	if (set->type == LDNS_RR_TYPE_SOA && i != 0)
		szone_wrong(m, set->line, "SOA below the apex");
	if (set->type == LDNS_RR_TYPE_CNAME && set->rrs_n > 1)
		szone_wrong(m, set->line, "more than one CNAME at a name (RFC 2181 10.1)");
	else if (set->type == LDNS_RR_TYPE_CNAME && node->sets_n > 1)
		szone_wrong(m, set->line, "CNAME beside other records (RFC 1034 3.6.2)");
	if (set->type == LDNS_RR_TYPE_NS && is_wildcard(z, i))
		szone_wrong(m, set->line, "NS at a wildcard has no meaning (RFC 4592 4.2)");
	if (node->cut == SZONE_NONE || is_address)
		return;
	if (node->cut != i || (set->type != LDNS_RR_TYPE_NS && set->type != LDNS_RR_TYPE_DS))
		szone_wrong(m, set->line,
		    "never answered, as %s is delegated; only addresses of name servers may stand "
		    "here",
		    owner(z, node->cut, text));
}

static void
check_nodes(struct szone_maker *m)
{
	struct szone *z = m->z;

	for (uint32_t i = 1; i < z->nodes_n; i++) {
		uint32_t above = z->nodes[z->nodes[i].parent].cut;

		z->nodes[i].cut = above != SZONE_NONE               ? above
				  : find_set(z, i, LDNS_RR_TYPE_NS) ? i
								    : SZONE_NONE;
	}
	for (uint32_t i = 0; i < z->nodes_n; i++)
		for (unsigned k = 0; k < z->nodes[i].sets_n; k++)
			check_set(m, i, &z->sets[z->nodes[i].first + k]);
}

/* Says why a name of ours is no target of NS, MX or SRV, or NULL.
 *   to   the node that answers for it, or SZONE_NONE
 *   cut  the delegation that it belongs to, or SZONE_NONE
 *   at   the record's owner */
static const char *
dangles(const struct szone *z, uint32_t to, uint32_t cut, uint32_t at, unsigned type)
{
	if (to != SZONE_NONE && has_address(z, to))
		return NULL;
	if (cut != SZONE_NONE) /* the child zone's to know, unless it is found by this name only */
		return type == LDNS_RR_TYPE_NS && cut == at ? "needs its address here, as glue"
							    : NULL;
	if (to == SZONE_NONE)
		return "does not exist in this zone";
	if (find_set(z, to, LDNS_RR_TYPE_CNAME))
		return "is a CNAME (RFC 2181 10.3)";
	return "has no address in this zone";
}

/* The node that answers for a found one: itself, or a wildcard below it. */
static uint32_t
source(const struct szone *z, const struct szone_node *found, bool exact)
{
	if (exact)
		return (uint32_t)(found - z->nodes);
	return found->cut == SZONE_NONE ? found->wildcard : SZONE_NONE;
}

static void
check_target(struct szone_maker *m, uint32_t at, const struct szone_set *set, struct szone_rr *rr)
{
	const struct szone *z = m->z;
	const uint8_t *name = z->bytes + rr->rdata + rr->name_at;
	uint8_t canon[NAME_LEN_MAX], key[NAME_LEN_MAX];
	char text[NAME_TEXT_MAX];
	const struct szone_node *found;
	const char *why;
	bool exact;
	uint32_t to;

	name_canon(canon, name, NAME_LEN_MAX);
	found = szone_find(z, key, szone_key(key, canon), &exact);
	to = source(z, found, exact);
	if (set->type == LDNS_RR_TYPE_CNAME) {
		rr->target = (uint32_t)(found - z->nodes);
		rr->target_exact = exact;
		return;
	}
	why = dangles(z, to, found->cut, at, set->type);
	if (why) {
		name_to_text(text, canon);
		szone_wrong(m, set->line, "%s %s", text, why);
	}
	rr->target_exact = to != SZONE_NONE && has_address(z, to);
	if (rr->target_exact)
		rr->target = to;
}

static void
check_targets(struct szone_maker *m, uint32_t at, const struct szone_set *set)
{
	struct szone *z = m->z;
	int offset = name_offset(set->type);

	for (unsigned k = 0; offset >= 0 && k < set->rrs_n; k++) {
		struct szone_rr *rr = &z->rrs[set->first + k];

		const uint8_t *name = z->bytes + rr->rdata + offset;

		rr->name_at = (uint8_t)offset;
		rr->relative = is_wildcard(z, at) ? SZONE_OUT : relative(z, at, name);
		rr->shares_owner = rr->relative != SZONE_OUT;
		if (!rr->shares_owner)
			rr->relative = relative(z, 0, name);
		if (rr->relative != SZONE_OUT && set->type != LDNS_RR_TYPE_PTR)
			check_target(m, at, set, rr);
		if (set->type == LDNS_RR_TYPE_SRV) /* never compressed (RFC 2782) */
			rr->relative = SZONE_OUT;
	}
}

/* Each chain must end, as an answer follows it to its end. */
static void
check_chain(struct szone_maker *m, const struct szone_set *first)
{
	const struct szone *z = m->z;
	const struct szone_set *set = first;

	for (unsigned n = 0; set; n++) {
		const struct szone_rr *rr = &z->rrs[set->first];
		uint32_t to;

		if (n == SZONE_CHAIN_MAX) {
			szone_wrong(m, first->line, "CNAME in a ring, or in a chain of over %d",
			    SZONE_CHAIN_MAX);
			return;
		}
		to = rr->target == SZONE_NONE ? SZONE_NONE
					      : source(z, &z->nodes[rr->target], rr->target_exact);
		set = to == SZONE_NONE || z->nodes[to].cut != SZONE_NONE
			  ? NULL
			  : find_set(z, to, LDNS_RR_TYPE_CNAME);
	}
}

void
szone_check(struct szone_maker *m)
{
	struct szone *z = m->z;

	check_soa(m);
	check_nodes(m);
	for (uint32_t i = 0; i < z->nodes_n; i++)
		for (unsigned k = 0; k < z->nodes[i].sets_n; k++)
			check_targets(m, i, &z->sets[z->nodes[i].first + k]);
	for (uint32_t i = 0; i < z->sets_n; i++)
		if (z->sets[i].type == LDNS_RR_TYPE_CNAME)
			check_chain(m, &z->sets[i]);
}
