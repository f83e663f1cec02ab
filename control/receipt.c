#include "control/receipt.h"

#include "base/err.h"
#include "control/base64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz0123456789"

size_t
receipt_text(char out[RECEIPT_TEXT_MAX], const struct receipt *r)
{
	size_t n = (size_t)snprintf(out, RECEIPT_TEXT_MAX,
	    "cordon receipt 1\nregistry %s\nzone %s\nserial %" PRIu32 "\ndigest %s\ntime %" PRId64
	    "\n",
	    r->registry, r->zone, r->serial, r->digest, r->time);

	for (unsigned i = 0; i < r->handed_n; i++)
		n += (size_t)snprintf(out + n, RECEIPT_TEXT_MAX - n, "%s %s\n",
		    r->handed[i].ok ? "handed" : "failed", r->handed[i].to);
	return n;
}

json_t *
receipt_json(const struct receipt *r, const uint8_t sig[KEY_SIGNATURE])
{
	char signature[BASE64_ROOM(KEY_SIGNATURE)];
	json_t *handed = json_array();

	base64_write(signature, sig, KEY_SIGNATURE);
	for (unsigned i = 0; i < r->handed_n; i++)
		json_array_append_new(
		    handed, json_pack("{s:s, s:b}", "to", r->handed[i].to, "ok", r->handed[i].ok));
	return json_pack("{s:i, s:s, s:s, s:I, s:s, s:I, s:o, s:s}", "version", 1, "registry",
	    r->registry, "zone", r->zone, "serial", (json_int_t)r->serial, "digest", r->digest,
	    "time", (json_int_t)r->time, "handed", handed, "signature", signature);
}

/* Copies a text of these letters that fits. */
static int
take_text(char *out, size_t room, const json_t *o, const char *key, const char *letters)
{
	const char *text = json_string_value(json_object_get(o, key));
	size_t len = text ? json_string_length(json_object_get(o, key)) : 0;

	if (!len || len >= room || strspn(text, letters) != len)
		return -ERR_FORMAT;
	memcpy(out, text, len + 1);
	return 0;
}

static int
take_number(int64_t *out, const json_t *o, const char *key, int64_t max)
{
	const json_t *v = json_object_get(o, key);

	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= 0 && *out <= max ? 0 : -ERR_FORMAT;
}

static int
take_handed(struct receipt *r, const json_t *all)
{
	const json_t *one;
	size_t i;

	if (!json_is_array(all) || json_array_size(all) > RECEIPT_HANDED_MAX)
		return -ERR_FORMAT;
	json_array_foreach(all, i, one)
	{
		const json_t *ok = json_object_get(one, "ok");

		if (!json_is_boolean(ok) ||
		    take_text(r->handed[i].to, RECEIPT_TO_MAX, one, "to", LOWER " .-") < 0)
			return -ERR_FORMAT;
		r->handed[i].ok = json_is_true(ok);
	}
	r->handed_n = (unsigned)json_array_size(all);
	return 0;
}

static int
take_signature(uint8_t sig[KEY_SIGNATURE], const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "signature"));

	return text && base64_read(sig, KEY_SIGNATURE, text) == KEY_SIGNATURE ? 0 : -ERR_FORMAT;
}

int
receipt_read(struct receipt *r, uint8_t sig[KEY_SIGNATURE], const json_t *o)
{
	static const char names[] = LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-";
	int64_t version, serial;
	int rc = take_number(&version, o, "version", 1);

	memset(r, 0, sizeof(*r));
	rc = rc < 0 || version != 1 ? -ERR_FORMAT : 0;
	rc = rc < 0 ? rc : take_text(r->registry, sizeof(r->registry), o, "registry", names);
	rc = rc < 0 ? rc : take_text(r->zone, sizeof(r->zone), o, "zone", LOWER "._-");
	rc = rc < 0 ? rc : take_number(&serial, o, "serial", UINT32_MAX);
	rc = rc < 0 ? rc : take_text(r->digest, sizeof(r->digest), o, "digest", "0123456789abcdef");
	rc = rc < 0 ? rc : take_number(&r->time, o, "time", INT64_C(1) << 40);
	rc = rc < 0 ? rc : take_handed(r, json_object_get(o, "handed"));
	rc = rc < 0 ? rc : take_signature(sig, o);
	if (rc < 0 || strlen(r->digest) != RECEIPT_DIGEST_HEX - 1)
		return -ERR_FORMAT;
	r->serial = (uint32_t)serial;
	return 0;
}

int
receipt_parse(struct receipt *r, uint8_t sig[KEY_SIGNATURE], const char *text, size_t len)
{
	json_t *o =
	    len > RECEIPT_BYTES_MAX ? NULL : json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	int rc = o ? receipt_read(r, sig, o) : -ERR_FORMAT;

	json_decref(o);
	return len > RECEIPT_BYTES_MAX ? -ERR_LIMIT : rc;
}

bool
receipt_verify(
    const struct receipt *r, const uint8_t sig[KEY_SIGNATURE], const struct public_key *key)
{
	char text[RECEIPT_TEXT_MAX];
	size_t len = receipt_text(text, r);

	return public_key_verify(key, (const uint8_t *)text, len, sig, KEY_SIGNATURE);
}
