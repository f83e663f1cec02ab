#include "lists/manifest.h"

#include "base/err.h"
#include "lists/guard.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ALL      "_all"
#define KEYS     "_keys"
#define PARTS    "parts/"
#define ZONE     ".zone"
#define TEXT_MAX 256

/* The value of `key=` among the strings of a TXT record, as text; false: absent, or there twice. */
static bool
value_of(char out[TEXT_MAX], const struct record *r, const char *key)
{
	size_t n = strlen(key), found = 0;

	for (size_t at = 0; at < r->rdata_len; at += r->rdata[at] + 1u) {
		const uint8_t *text = r->rdata + at + 1;
		size_t len = r->rdata[at];

		if (at + 1 + len > r->rdata_len)
			return false;
		if (len <= n || memcmp(text, key, n) != 0 || text[n] != '=')
			continue;
		if (found++ || memchr(text, '\0', len))
			return false;
		memcpy(out, text + n + 1, len - n - 1);
		out[len - n - 1] = '\0';
	}
	return found == 1;
}

static bool
number_of(uint64_t *out, const struct record *r, const char *key, uint64_t max)
{
	char text[TEXT_MAX], *end;

	if (!value_of(text, r, key) || !isdigit((unsigned char)text[0]) || strlen(text) > 19)
		return false;
	*out = strtoull(text, &end, 10);
	return !*end && *out <= max;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
digest_of(uint8_t out[SHA384_BYTES], const struct record *r)
{
	char text[TEXT_MAX];

	if (!value_of(text, r, "sha384") || strlen(text) != 2 * SHA384_BYTES)
		return false;
	for (size_t i = 0; i < SHA384_BYTES; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

int
manifest_add(struct manifest *m, const struct manifest_part *p)
{
	if (m->n == MANIFEST_PARTS_MAX)
		return -ERR_FULL;
	if (m->n == m->room) {
		size_t room = m->room ? 2 * m->room : 128;
		struct manifest_part *more = reallocarray(m->part, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		m->part = more;
		m->room = room;
	}
	m->part[m->n++] = *p;
	return 0;
}

static void
wrong(const struct zone_scan *s, enum reason_code code, const struct record *r, const char *what)
{
	char owner[NAME_TEXT_MAX] = "the apex";

	if (r)
		name_to_text(owner, r->owner);
	reasons_add(s->reasons, code, s->where, 0, "%s: %s", owner, what);
}

static int
take_key(struct manifest *m, const struct record *r, const struct zone_scan *s)
{
	char name[TEXT_MAX], key[TEXT_MAX], line[KEY_TEXT_MAX];
	struct public_key k;
	uint64_t n;
	int rc;

	if (!m->keys)
		m->keys = calloc(1, sizeof(*m->keys));
	if (!m->keys)
		return -ENOMEM;
	if (number_of(&n, r, "threshold", TRUST_KEYS_MAX)) {
		if (m->keys->threshold || n == 0)
			wrong(s, REASON_KEYS, r, "threshold said twice, or 0");
		m->keys->threshold = (unsigned)n;
		return 0;
	}
	rc = -ERR_FORMAT;
	if (value_of(name, r, "name") && value_of(key, r, "key") && !strpbrk(name, " \t;()\"$")) {
		int len = snprintf(line, sizeof(line), "%s. IN DNSKEY %s", name, key);

		rc = public_key_parse(&k, line, (size_t)len);
	}
	if (rc == 0)
		rc = trust_add(m->keys, &k);
	if (rc < 0)
		wrong(s, REASON_KEYS, r,
		    rc == -EEXIST ? "a key stands there twice"
				  : "neither a threshold nor a key that can be used");
	return 0;
}

static int
take_part(struct manifest *m, const struct record *r, const struct zone_scan *s, size_t relative)
{
	struct manifest_part p = {0};
	uint64_t serial;
	int rc;

	if (relative == sizeof(ALL) && !memcmp(r->owner + 1, ALL, sizeof(ALL) - 1)) {
		p.suffix_len = 1;
	} else {
		char name[REASON_WHERE_MAX];

		memcpy(p.suffix, r->owner, relative);
		p.suffix_len = (uint8_t)(relative + 1);
		if (member_name(name, p.suffix, p.suffix_len) < 0) {
			wrong(s, REASON_MANIFEST, r, "not a suffix that can have a part");
			return 0;
		}
	}
	if (!number_of(&serial, r, "serial", UINT32_MAX) ||
	    !number_of(&p.names, r, "names", INT64_MAX) || !digest_of(p.digest, r)) {
		wrong(s, REASON_MANIFEST, r, "expected \"serial=\", \"sha384=\" and \"names=\"");
		return 0;
	}
	p.serial = (uint32_t)serial;
	rc = manifest_add(m, &p);
	if (rc == -ERR_FULL)
		wrong(s, REASON_TOO_MANY, r, "too many parts");
	return rc == -ENOMEM ? rc : 0;
}

int
manifest_take(struct manifest *m, const struct record *r, const struct zone_scan *s)
{
	size_t relative = (size_t)r->owner_len - s->apex->origin_len;

	if (r->type != RECORD_TXT) {
		wrong(s, REASON_MANIFEST, r, "a record other than TXT");
		return 0;
	}
	if (relative == sizeof(KEYS) && !memcmp(r->owner + 1, KEYS, sizeof(KEYS) - 1))
		return take_key(m, r, s);
	return take_part(m, r, s, relative);
}

static int
compare(const void *a, const void *b)
{
	const struct manifest_part *x = a, *y = b;

	if (x->suffix_len != y->suffix_len)
		return x->suffix_len - y->suffix_len;
	return memcmp(x->suffix, y->suffix, x->suffix_len);
}

struct manifest_part *
manifest_find(struct manifest *m, const uint8_t *suffix, size_t len)
{
	struct manifest_part key = {.suffix_len = (uint8_t)len};

	memcpy(key.suffix, suffix, len);
	return m->n ? bsearch(&key, m->part, m->n, sizeof(key), compare) : NULL;
}

/* Words with commas between them. */
static bool
take_overrides(struct manifest *m, const char *text)
{
	do {
		size_t len = strcspn(text, ",");
		int rule = guard_parse(text, len);

		if (rule < 0)
			return false;
		m->overrides |= 1u << rule;
		text += len;
	} while (*text++);
	return true;
}

static void
write_overrides(const struct manifest *m, FILE *to)
{
	const char *before = " \"override=";

	for (int rule = 0; rule < GUARD_RULES; rule++)
		if (m->overrides >> rule & 1) {
			fprintf(to, "%s%s", before, guard_text(rule));
			before = ",";
		}
	if (m->overrides)
		fputc('"', to);
}

static bool
take_apex(struct manifest *m, const struct apex *a)
{
	bool found = false;

	for (size_t i = 0; i < a->n; i++) {
		const struct apex_record *x = &a->record[i];
		const struct record r = {.rdata = x->rdata, .rdata_len = x->rdata_len};
		char text[TEXT_MAX];

		if (x->type != RECORD_TXT)
			continue;
		if (found || x->rdata_len < 10 || memcmp(x->rdata, "\11v=cordon1", 10) != 0 ||
		    !value_of(text, &r, "kind"))
			return false;
		m->is_keys = strcmp(text, "keys") == 0;
		if ((!m->is_keys && strcmp(text, "update") != 0) || !value_of(text, &r, "feed") ||
		    strlen(text) >= sizeof(m->feed))
			return false;
		memcpy(m->feed, text, strlen(text) + 1);
		if (value_of(text, &r, "override") && !take_overrides(m, text))
			return false;
		found = true;
	}
	return found && m->feed[0];
}

void
manifest_label(char out[MANIFEST_LABEL_MAX], bool is_keys, uint32_t version)
{
	snprintf(out, MANIFEST_LABEL_MAX, MANIFEST_LABEL);
	if (is_keys)
		snprintf(out, MANIFEST_LABEL_MAX, MANIFEST_KEYS "%" PRIu32, version);
}

/* The origin is _update.feed.hub or _keys-VERSION.feed.hub. */
static bool
take_origin(struct manifest *m, const struct apex *a)
{
	char first[MANIFEST_LABEL_MAX];
	size_t label, feed = strlen(m->feed);

	manifest_label(first, m->is_keys, m->serial);
	label = strlen(first) + 1;
	if (a->origin_len < label + feed + 3 || a->origin[0] != label - 1 ||
	    memcmp(a->origin + 1, first, label - 1) != 0 || a->origin[label] != feed ||
	    memcmp(a->origin + label + 1, m->feed, feed) != 0)
		return false;
	m->base_len = (uint8_t)(a->origin_len - label);
	memcpy(m->base, a->origin + label, m->base_len);
	return true;
}

static void
finish_keys(const struct manifest *m, const struct zone_scan *s)
{
	if (m->n || m->overrides)
		wrong(s, REASON_MANIFEST, NULL, "a key change with parts, or with an override");
	if (m->serial == 0)
		wrong(s, REASON_KEYS, NULL, "versions of keys begin with 1");
	if (!m->keys)
		wrong(s, REASON_KEYS, NULL, "a key change without keys");
	else if (m->keys->threshold == 0 || m->keys->threshold > m->keys->n)
		wrong(
		    s, REASON_KEYS, NULL, "the threshold of the new keys is not 1 to their number");
}

static void
finish_parts(struct manifest *m, const struct zone_scan *s)
{
	if (m->keys)
		wrong(s, REASON_KEYS, NULL, "keys in an update that is no key change");
	if (m->n)
		qsort(m->part, m->n, sizeof(m->part[0]), compare);
	else
		wrong(s, REASON_MANIFEST, NULL, "lists no part");
	for (size_t i = 1; i < m->n; i++)
		if (compare(&m->part[i - 1], &m->part[i]) == 0)
			wrong(s, REASON_MANIFEST, NULL, "lists a part twice");
}

bool
manifest_finish(struct manifest *m, const struct zone_scan *s)
{
	uint64_t before = s->reasons->count[REASON_MANIFEST] + s->reasons->count[REASON_KEYS];

	m->serial = s->apex->serial;
	if (!take_apex(m, s->apex))
		wrong(s, REASON_MANIFEST, NULL,
		    "no TXT \"v=cordon1\" \"kind=update\" or \"kind=keys\" \"feed=...\", or "
		    "another "
		    "one");
	else if (!take_origin(m, s->apex))
		wrong(s, REASON_MANIFEST, NULL,
		    "the zone's name is not _update.feed.hub, or for keys _keys-SERIAL.feed.hub");
	if (m->is_keys)
		finish_keys(m, s);
	else
		finish_parts(m, s);
	return before == s->reasons->count[REASON_MANIFEST] + s->reasons->count[REASON_KEYS];
}

static void
write_part(const struct manifest_part *p, FILE *to)
{
	char suffix[NAME_TEXT_MAX] = ALL, hex[2 * SHA384_BYTES + 1];

	if (p->suffix_len > 1)
		name_to_text(suffix, p->suffix);
	digest_hex(hex, p->digest, SHA384_BYTES);
	fprintf(to, "%s TXT \"serial=%" PRIu32 "\" \"sha384=%s\" \"names=%" PRIu64 "\"\n", suffix,
	    p->serial, hex, p->names);
}

static void
write_keys(const struct trust *t, FILE *to)
{
	char text[KEY_TEXT_MAX];

	fprintf(to, KEYS " TXT \"threshold=%u\"\n", t->threshold);
	for (size_t i = 0; i < t->n; i++) {
		public_key_text(text, &t->key[i]);
		fprintf(to, KEYS " TXT \"name=%s\" \"key=%s\"\n", t->key[i].name,
		    strstr(text, "DNSKEY ") + 7);
	}
}

int
manifest_write(const struct manifest *m, FILE *to)
{
	char base[NAME_TEXT_MAX], hub[NAME_TEXT_MAX], label[MANIFEST_LABEL_MAX];

	if (m->base_len < 3)
		return -ERR_NAME;
	name_to_text(base, m->base);
	name_to_text(hub, m->base + m->base[0] + 1);
	manifest_label(label, m->is_keys, m->serial);
	fprintf(to, "$ORIGIN %s.%s.\n$TTL 3600\n", label, base);
	fprintf(to, "@ SOA ns.%s. hostmaster.%s. %" PRIu32 " 3600 900 1209600 3600\n", hub, hub,
	    m->serial);
	fprintf(to, "@ NS ns.%s.\n@ TXT \"v=cordon1\" \"kind=%s\" \"feed=%s\"", hub,
	    m->is_keys ? "keys" : "update", m->feed);
	write_overrides(m, to);
	fputc('\n', to);
	for (size_t i = 0; i < m->n; i++)
		write_part(&m->part[i], to);
	if (m->keys)
		write_keys(m->keys, to);
	return ferror(to) ? -EIO : 0;
}

void
manifest_free(struct manifest *m)
{
	free(m->part);
	free(m->keys);
	*m = (struct manifest){0};
}

int
member_name(char out[REASON_WHERE_MAX], const uint8_t *suffix, size_t len)
{
	char text[NAME_TEXT_MAX] = ALL;

	if (len > 1) {
		size_t n = name_to_text(text, suffix);

		if (text[0] == '_' || n > NAME_LEN_MAX ||
		    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != n)
			return -ERR_NAME;
	}
	snprintf(out, REASON_WHERE_MAX, PARTS "%.*s" ZONE, NAME_LEN_MAX, text);
	return 0;
}

int
member_suffix(uint8_t out[NAME_LEN_MAX], const char *name)
{
	size_t len = strlen(name), head = sizeof(PARTS) - 1, tail = sizeof(ZONE) - 1;
	char again[REASON_WHERE_MAX];
	int n;

	if (!strcmp(name, MANIFEST_NAME))
		return 0;
	if (len <= head + tail || len >= REASON_WHERE_MAX || memcmp(name, PARTS, head) != 0 ||
	    strcmp(name + len - tail, ZONE) != 0)
		return -ERR_NAME;
	if (!strcmp(name, PARTS ALL ZONE)) {
		out[0] = 0;
		return 1;
	}
	n = name_from_text(out, name + head, len - head - tail);
	if (n < 2 || member_name(again, out, (size_t)n) < 0 || strcmp(again, name) != 0)
		return -ERR_NAME;
	return n;
}
