#include "control/report.h"

#include "control/when.h"

#include <errno.h>

json_t *
report_reasons(const struct reasons *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n; i++) {
		const struct reason *x = &r->item[i];

		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:I, s:s, s:I}", "code", reason_word(x->code),
			      "where", x->where, "line", (json_int_t)x->line, "text", x->text,
			      "times", (json_int_t)x->times));
	}
	return list;
}

json_t *
report_signatures(const struct signature_found *f, size_t n, const struct trust *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		char from[WHEN_TEXT_MAX], until[WHEN_TEXT_MAX];
		json_t *one = json_pack("{s:i, s:i, s:s, s:s}", "key_tag", f[i].tag, "algorithm",
		    f[i].algorithm, "inception", when_text(from, f[i].inception), "expiration",
		    when_text(until, f[i].expiration));

		if (t) {
			json_object_set_new(one, "key",
			    f[i].key < 0 ? json_null() : json_string(t->key[f[i].key].name));
			json_object_set_new(
			    one, "counts", json_boolean(f[i].verdict == REASON_CODES));
		}
		json_array_append_new(list, one);
	}
	return list;
}

json_t *
report_signers(const struct trust *t, uint64_t signers)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++)
		if (signers & UINT64_C(1) << i)
			json_array_append_new(list, json_pack("{s:s, s:i}", "key", t->key[i].name,
							"key_tag", t->key[i].tag));
	return list;
}

const char *
report_suffix(char out[NAME_TEXT_MAX], const uint8_t *suffix, size_t len)
{
	out[0] = '\0';
	if (len)
		name_to_text(out, suffix);
	return out;
}

int
report_write(json_t *j, FILE *to)
{
	int rc = j ? json_dumpf(j, to, JSON_INDENT(2)) : -1;

	json_decref(j);
	if (rc < 0)
		return -ENOMEM;
	fputc('\n', to);
	return fflush(to) || ferror(to) ? -EIO : 0;
}
