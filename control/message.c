#include "control/message.h"

#include "base/err.h"

#include <stdbool.h>
#include <string.h>

#define TYPE_NS    2
#define TYPE_CNAME 5
#define TYPE_SOA   6
#define TYPE_PTR   12
#define FIXED      10 /* bytes of a record between owner and rdata */

void
message_start(struct message *m, uint8_t *bytes, size_t room, uint16_t id, uint16_t flags)
{
	m->bytes = bytes;
	m->room = room;
	m->len = MESSAGE_HEADER;
	memset(bytes, 0, MESSAGE_HEADER);
	put16(bytes, id);
	put16(bytes + 2, flags);
	memset(m->names, 0, sizeof(m->names));
	m->names_n = 0;
}

/* Whether the name that stands at `at` in the message is name, whose case may differ from what a
 * question brought. */
static bool
stands_at(const struct message *m, size_t at, const uint8_t *name)
{
	for (;;) {
		uint8_t label = m->bytes[at];

		if (label > NAME_LABEL_MAX) {
			at = get16(m->bytes + at) & MESSAGE_POINTER_MAX;
			continue;
		}
		for (unsigned i = 0; i <= label; i++) {
			uint8_t c = m->bytes[at + i];

			if (i && (uint8_t)(c - 'A') < 26)
				c |= 0x20;
			if (c != name[i])
				return false;
		}
		if (!label)
			return true;
		at += label + 1u;
		name += label + 1u;
	}
}

static uint32_t
hash_label(uint32_t h, const uint8_t *label)
{
	for (unsigned i = 0; i <= *label; i++)
		h = (h ^ label[i]) * 16777619u;
	return h;
}

/* Hashes of all suffixes of name, right to left.  Returns the labels. */
static unsigned
hash_suffixes(const uint8_t *name, uint8_t at[NAME_LABELS_MAX], uint32_t hash[NAME_LABELS_MAX])
{
	uint32_t h = 2166136261u;
	unsigned n = 0;

	for (unsigned i = 0; name[i]; i += name[i] + 1u)
		at[n++] = (uint8_t)i;
	for (unsigned i = n; i-- > 0;)
		hash[i] = h = hash_label(h, name + at[i]);
	return n;
}

/* The slot of a suffix: where it stands, or a free one. */
static uint16_t *
find_slot(struct message *m, uint32_t hash, const uint8_t *suffix)
{
	unsigned i = (hash ^ hash >> 15) & (MESSAGE_NAMES - 1);

	while (m->names[i] && !stands_at(m, m->names[i], suffix))
		i = (i + 1) & (MESSAGE_NAMES - 1);
	return &m->names[i];
}

/* Writes name at m->len, which it moves; the room is there.  Remembers new suffixes. */
static void
put_name(struct message *m, const uint8_t *name)
{
	uint8_t at[NAME_LABELS_MAX];
	uint32_t hash[NAME_LABELS_MAX];
	unsigned labels = hash_suffixes(name, at, hash);

	for (unsigned i = 0; i < labels; i++) {
		uint16_t *slot = find_slot(m, hash[i], name + at[i]);
		size_t len = name[at[i]] + 1u;

		if (*slot) {
			put16(m->bytes + m->len, (uint16_t)(0xc000 | *slot));
			m->len += 2;
			return;
		}
		if (m->len <= MESSAGE_POINTER_MAX && m->names_n < MESSAGE_NAMES / 2) {
			*slot = (uint16_t)m->len;
			m->names_n++;
		}
		memcpy(m->bytes + m->len, name + at[i], len);
		m->len += len;
	}
	m->bytes[m->len++] = 0;
}

int
message_question(struct message *m, const uint8_t *name, size_t len, uint16_t type, uint16_t class)
{
	uint8_t canonical[NAME_LEN_MAX], at[NAME_LABELS_MAX];
	uint32_t hash[NAME_LABELS_MAX];
	unsigned labels;

	if (m->room - m->len < len + 4 || name_canon(canonical, name, len) != (int)len)
		return -ERR_FULL;
	labels = hash_suffixes(canonical, at, hash);
	memcpy(m->bytes + m->len, name, len);
	for (unsigned i = 0; i < labels; i++, m->names_n++)
		*find_slot(m, hash[i], canonical + at[i]) = (uint16_t)(m->len + at[i]);
	m->len += len;
	put16(m->bytes + m->len, type);
	put16(m->bytes + m->len + 2, class);
	m->len += 4;
	put16(m->bytes + 4, (uint16_t)(get16(m->bytes + 4) + 1));
	return 0;
}

/* RFC 3597 4: names are compressed in the rdata of types of RFC 1035 only. */
static void
put_rdata(struct message *m, const struct message_record *r)
{
	const uint8_t *p = r->rdata, *end = r->rdata + r->rdata_len;
	unsigned names = 0;

	if (r->type == TYPE_SOA)
		names = 2;
	else if (r->type == TYPE_NS || r->type == TYPE_CNAME || r->type == TYPE_PTR)
		names = 1;
	for (; names; names--) {
		put_name(m, p);
		while (*p)
			p += *p + 1;
		p++;
	}
	memcpy(m->bytes + m->len, p, (size_t)(end - p));
	m->len += (size_t)(end - p);
}

int
message_add(struct message *m, enum message_section section, const struct message_record *r)
{
	uint8_t *count = m->bytes + 6 + 2 * (unsigned)section;
	uint8_t *fixed, *rdata;

	/* What compression saves is not counted on. */
	if (m->room - m->len < r->owner_len + FIXED + r->rdata_len || get16(count) == UINT16_MAX)
		return -ERR_FULL;
	put_name(m, r->owner);
	fixed = m->bytes + m->len;
	put16(fixed, r->type);
	put16(fixed + 2, r->class);
	put32(fixed + 4, r->ttl);
	m->len += FIXED;
	rdata = m->bytes + m->len;
	put_rdata(m, r);
	put16(fixed + 8, (uint16_t)(m->bytes + m->len - rdata));
	put16(count, (uint16_t)(get16(count) + 1));
	return 0;
}
