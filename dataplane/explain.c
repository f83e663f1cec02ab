#include "dataplane/explain.h"

#include "base/date.h"
#include "dataplane/engine.h"
#include "dataplane/wire.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#define RULES_MAX 256

struct found {
	const struct index_rule *rule;
	unsigned depth;
};

/* Of two rules of equal rank the deeper goes first, as in lookup.c. */
static int
by_precedence(const void *va, const void *vb)
{
	const struct found *a = va, *b = vb;

	if (index_rule_before(a->rule, b->rule))
		return -1;
	if (index_rule_before(b->rule, a->rule))
		return 1;
	return (int)b->depth - (int)a->depth;
}

static unsigned
find_rules(const struct image *img, const struct hash_name *h, struct found *out)
{
	struct probe probe[HASH_LABELS_MAX];
	unsigned probes = index_find(img->index, h, 1, probe), n = 0;

	for (unsigned i = 0; i < probes; i++) {
		const struct index_rule *r = index_rule_at(img->index, probe[i].class);

		for (; r && n < RULES_MAX; r = index_rule_at(img->index, r->next))
			out[n++] = (struct found){r, probe[i].depth};
	}
	qsort(out, n, sizeof(*out), by_precedence);
	return n;
}

static json_t *
day_json(int32_t day)
{
	char text[DATE_TEXT_MAX];

	if (day <= DAY_FIRST || day > DAY_MAX)
		return json_null();
	date_format(text, day);
	return json_string(text);
}

/* When, who and why, of the operator's own. */
static const char *
comment_of(const struct image *img, const struct index_rule *rule, const uint8_t *name)
{
	const struct block *k;
	size_t at = 0, len = 1;

	if (!img->has_blocks || rule->feed != BLOCKS_FEED)
		return NULL;
	for (const uint8_t *label = name; *label; label += *label + 1)
		len += *label + 1u;
	while ((k = blocks_next(&img->blocks, name, len, &at)))
		if (k->entry.from == rule->from && k->entry.until == rule->until &&
		    k->entry.action == rule->action)
			return k->comment;
	return NULL;
}

static json_t *
rule_json(const struct server *s, const struct found *f, const uint8_t *suffix, int32_t day)
{
	const struct image *img = publish_current(&s->publish);
	const struct image_feed *feed = &img->feed[f->rule->feed];
	const char *comment = comment_of(img, f->rule, suffix);
	enum action action = f->rule->action ? f->rule->action : feed->action;
	char text[NAME_TEXT_MAX];

	name_to_text(text, suffix);
	return json_pack("{s:s, s:i, s:s, s:o, s:o, s:s, s:s, s:b, s:s*}", "name", text, "depth",
	    (int)f->depth, "feed", feed->name, "from", day_json(f->rule->from), "until",
	    day_json(f->rule->until), "action", action_text(action), "policy",
	    s->live->policy[feed->policy].name, "in-force",
	    f->rule->from <= day && day < f->rule->until, "comment", comment);
}

static json_t *
records_json(const uint8_t *msg, size_t len)
{
	json_t *records = json_array();
	ldns_pkt *pkt = NULL;

	if (ldns_wire2pkt(&pkt, msg, len) != LDNS_STATUS_OK)
		return records;
	for (unsigned i = 0; i < 2; i++) {
		ldns_rr_list *list = i ? ldns_pkt_authority(pkt) : ldns_pkt_answer(pkt);

		for (size_t k = 0; k < ldns_rr_list_rr_count(list); k++) {
			char *text = ldns_rr2str(ldns_rr_list_rr(list, k));

			text[strcspn(text, "\n")] = '\0';
			json_array_append_new(records, json_string(text));
			free(text);
		}
	}
	ldns_pkt_free(pkt);
	return records;
}

/* Asks the engine itself, so that what is shown is what is sent. */
static json_t *
answer_json(const struct image *img, struct vec *v, int32_t day)
{
	struct counters unused = {0};
	struct engine engine = {.counters = &unused, .day = day};
	json_t *answer;

	engine_answer(&engine, img, v);
	answer = json_pack(
	    "{s:s, s:b}", "way", way_text(v->way[0]), "answered", v->way[0] >= WAY_ANSWERS);
	if (!answer || v->way[0] < WAY_ANSWERS)
		return answer;
	json_object_set_new(answer, "rcode", json_integer(v->msg[0][3] & 15));
	json_object_set_new(answer, "bytes", json_integer(v->len[0]));
	json_object_set_new(answer, "records", records_json(v->msg[0], v->len[0]));
	return answer;
}

/* The static zone that answers for a name, by its index; takes it from any list. */
static json_t *
zone_json(const struct zones *zones, unsigned at)
{
	const struct szone *z = zones->at[at].zone;
	char origin[NAME_TEXT_MAX];

	name_to_text(origin, z->origin);
	return json_pack("{s:s, s:I}", "origin", origin, "serial", (json_int_t)z->serial);
}

static void
ask(struct vec *v, uint8_t *msg, const uint8_t *name, size_t len)
{
	v->n = 1;
	v->msg[0] = msg;
	v->len[0] = (uint16_t)(DNS_HEADER_LEN + len + 4);
	v->limit[0] = VEC_ROOM - VEC_SLACK;
	v->tcp[0] = 1;
	v->way[0] = WAY_NONE;
	msg[5] = 1; /* QDCOUNT */
	memcpy(msg + DNS_HEADER_LEN, name, len);
	wire16_put(msg + DNS_HEADER_LEN + len, TYPE_A);
	wire16_put(msg + DNS_HEADER_LEN + len + 2, CLASS_IN);
}

json_t *
explain_json(const struct server *s, const uint8_t *name, size_t len, int32_t day)
{
	const struct image *img = publish_current(&s->publish);
	uint8_t padded[NAME_LEN_MAX + VEC_NAME_PAD] = {0}, msg[VEC_ROOM] = {0};
	struct found found[RULES_MAX];
	struct hash_name h;
	struct vec v = {0};
	char text[NAME_TEXT_MAX], date[DATE_TEXT_MAX];
	json_t *rules = json_array(), *reply;
	int winner = -1;
	unsigned n, zone = ZONES_MAX;

	memcpy(padded, name, len);
	hash_name_set(&h, padded);
	n = find_rules(img, &h, found);
	for (unsigned i = 0; i < n; i++) {
		const struct index_rule *r = found[i].rule;

		if (winner < 0 && r->from <= day && day < r->until)
			winner = (int)i;
		json_array_append_new(rules,
		    rule_json(s, &found[i], padded + hash_suffix_at(&h, found[i].depth), day));
	}
	if (img->zones) {
		uint8_t key[NAME_LEN_MAX];

		zone = zones_find(img->zones, key, szone_key(key, name));
	}
	if (zone < ZONES_MAX)
		winner = -1;
	ask(&v, msg, name, len);
	name_to_text(text, name);
	date_format(date, day);
	reply = json_pack("{s:b, s:s, s:s, s:b, s:o, s:o}", "ok", 1, "name", text, "day", date,
	    "listed", winner >= 0, "rules", rules, "answer", answer_json(img, &v, day));
	if (reply && zone < ZONES_MAX)
		json_object_set_new(reply, "static-zone", zone_json(img->zones, zone));
	if (reply && winner >= 0)
		json_object_set(reply, "decided-by", json_array_get(rules, (size_t)winner));
	return reply;
}
