#include "control/trust_json.h"

#include "base/err.h"

json_t *
trust_json(const struct trust *t, uint32_t version)
{
	json_t *keys = json_array();
	char text[KEY_TEXT_MAX];

	for (size_t i = 0; i < t->n; i++) {
		public_key_text(text, &t->key[i]);
		json_array_append_new(keys, json_string(text));
	}
	return json_pack("{s:I, s:i, s:o}", "version", (json_int_t)version, "threshold",
	    (int)t->threshold, "keys", keys);
}

int
trust_add_text(struct trust *t, const char *text, size_t len)
{
	struct public_key k;
	int rc = public_key_parse(&k, text, len);

	return rc < 0 ? rc : trust_add(t, &k);
}

int
trust_from_json(struct trust *t, const json_t *o)
{
	json_t *keys = json_object_get(o, "keys"), *k;
	json_int_t version = json_integer_value(json_object_get(o, "version"));
	json_int_t threshold = json_integer_value(json_object_get(o, "threshold"));
	size_t i;

	t->n = 0;
	if (!json_is_array(keys) || version < 1 || version > UINT32_MAX)
		return -ERR_FORMAT;
	json_array_foreach(keys, i, k)
	{
		if (!json_is_string(k) ||
		    trust_add_text(t, json_string_value(k), json_string_length(k)) < 0)
			return -ERR_FORMAT;
	}
	if (threshold < 1 || (uint64_t)threshold > t->n)
		return -ERR_RANGE;
	t->version = (uint32_t)version;
	t->threshold = (unsigned)threshold;
	return 0;
}
