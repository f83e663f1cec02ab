#include "control/key_guard.h"

#include "lists/manifest.h"

#include <inttypes.h>

static unsigned
add(json_t *reasons, const char *code, json_t *text)
{
	json_array_append_new(reasons, json_pack("{s:s, s:s, s:i, s:o}", "code", code, "where",
					   MANIFEST_NAME, "line", 0, "text", text));
	return 1;
}

unsigned
key_guard(const struct hub_feed *f, const struct trust *fresh, json_t *reasons)
{
	const struct config_hub_feed *c = f->conf;
	int64_t least = c->threshold_min ? c->threshold_min : c->threshold;
	unsigned n = 0;

	if (!c->key_change)
		n += add(reasons, "guard-key-change",
		    json_string("keys are taken from the configuration alone"));
	if ((int64_t)fresh->n < c->keys_min)
		n += add(reasons, "guard-keys",
		    json_sprintf(
			"%zu keys; at least %" PRId64 " must be left", fresh->n, c->keys_min));
	if ((int64_t)fresh->threshold < least)
		n += add(reasons, "guard-threshold",
		    json_sprintf("%u of the keys would have to sign; at least %" PRId64 " must",
			fresh->threshold, least));
	return n;
}
