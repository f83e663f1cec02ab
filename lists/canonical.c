#include "lists/canonical.h"

#include <string.h>

static uint8_t *
put_label(uint8_t *out, const uint8_t *label)
{
	for (size_t i = 1; i <= label[0]; i++) {
		if (label[i] <= 1) {
			*out++ = 1;
			*out++ = (uint8_t)(label[i] + 1);
		} else {
			*out++ = label[i];
		}
	}
	*out++ = 0;
	return out;
}

size_t
canonical_key(
    uint8_t out[CANONICAL_KEY_MAX], size_t *name_len, const struct record *r, size_t origin_len)
{
	size_t relative = r->owner_len - origin_len;
	uint8_t label[NAME_LABELS_MAX], *p = out;
	unsigned n = 0;

	for (size_t at = 0; at < relative; at += r->owner[at] + 1u)
		label[n++] = (uint8_t)at;
	while (n-- > 0)
		p = put_label(p, r->owner + label[n]);
	*p++ = 0;
	*p++ = (uint8_t)(r->type >> 8);
	*p++ = (uint8_t)r->type;
	*name_len = (size_t)(p - out);
	memcpy(p, r->rdata, r->rdata_len);
	return *name_len + r->rdata_len;
}

/* Reads one label to *to, which it ends just before.  Returns where the next one begins. */
static const uint8_t *
take_label(const uint8_t *key, uint8_t **to)
{
	uint8_t label[NAME_LABEL_MAX + 1];
	uint8_t n = 0;

	for (; *key; key++)
		label[++n] = *key == 1 ? (uint8_t)(*++key - 1) : *key;
	label[0] = n;
	*to -= n + 1;
	memcpy(*to, label, n + 1u);
	return key + 1;
}

void
canonical_record(struct record *r, uint8_t owner[NAME_LEN_MAX], const uint8_t *key, size_t len,
    const uint8_t *origin, size_t origin_len)
{
	const uint8_t *end = key + len;
	uint8_t *to = owner + NAME_LEN_MAX - origin_len;

	memcpy(to, origin, origin_len);
	while (*key)
		key = take_label(key, &to);
	r->owner = to;
	r->owner_len = (uint8_t)(owner + NAME_LEN_MAX - to);
	r->type = (uint16_t)(key[1] << 8 | key[2]);
	r->rdata = key + 3;
	r->rdata_len = (uint16_t)(end - r->rdata);
}
