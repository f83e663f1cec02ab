#include "base/err.h"
#include "control/examine_impl.h"
#include "control/key_guard.h"
#include "control/trust_json.h"

#include <inttypes.h>
#include <string.h>

static void
add_reason(json_t *to, const char *code, const char *where, uint64_t line, const char *text)
{
	json_t *safe = json_string(text);

	json_array_append_new(
	    to, json_pack("{s:s, s:s, s:I, s:o}", "code", code, "where", where, "line",
		    (json_int_t)line, "text", safe ? safe : json_string("(not UTF-8)")));
}

static void
add_guard(json_t *to, enum guard_rule rule, const struct guard_found *f)
{
	char code[48], text[512];
	size_t n;

	snprintf(code, sizeof(code), "guard-%s", guard_text(rule));
	n = (size_t)snprintf(text, sizeof(text), "%s: %" PRIu64 ":", guard_about(rule), f->count);
	for (unsigned i = 0; i < f->examples && n < sizeof(text); i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "%s %.253s", i ? "," : "", f->example[i]);
	add_reason(to, code, "", 0, text);
}

/* Guards that the manifest asks to override, if enough keys signed that. */
static uint32_t
overridden(const struct examining *x)
{
	int64_t quorum = x->task->feed->conf->override_threshold;
	int64_t signers = __builtin_popcountll(x->verify.signers);

	return quorum && signers >= quorum ? x->verify.manifest.overrides : 0;
}

static json_t *
guard_words(uint32_t rules)
{
	json_t *words = json_array();

	for (int r = 0; r < GUARD_RULES; r++)
		if (rules >> r & 1)
			json_array_append_new(words, json_string(guard_text(r)));
	return words;
}

/* Submitted under another name. */
static unsigned
check_wanted(const struct examining *x, json_t *reasons)
{
	const struct examine_task *t = x->task;
	const struct manifest *m = &x->verify.manifest;
	char text[128];

	if (!t->wants_serial || (m->serial == t->wanted && m->is_keys == t->wants_keys))
		return 0;
	snprintf(text, sizeof(text), "submitted as %s %" PRIu32 "; the manifest says %s %" PRIu32,
	    t->wants_keys ? "keys" : "serial", t->wanted, m->is_keys ? "keys" : "serial",
	    m->serial);
	add_reason(reasons, "serial-other", MANIFEST_NAME, 0, text);
	return 1;
}

static json_t *
all_reasons(struct examining *x, uint32_t over, unsigned *refusals)
{
	const struct verify *v = &x->verify;
	json_t *reasons = json_array();

	for (size_t i = 0; i < v->reasons.n; i++) {
		const struct reason *r = &v->reasons.item[i];

		add_reason(reasons, reason_word(r->code), r->where, r->line, r->text);
	}
	for (int r = 0; r < GUARD_RULES; r++)
		if (x->guard.found[r].count && !(over >> r & 1))
			add_guard(reasons, r, &x->guard.found[r]);
	*refusals = guard_refusals(&x->guard, over) + check_wanted(x, reasons) +
		    (v->manifest.keys ? key_guard(x->task->feed, v->manifest.keys, reasons) : 0);
	return reasons;
}

static const char *
state(const struct examining *x, unsigned refusals)
{
	if (x->verify.state == VERIFY_REFUSED || refusals)
		return "refused";
	return x->verify.state == VERIFY_WAITING ? "waiting" : "accepted";
}

json_t *
examine_verdict(struct examining *x)
{
	const struct verify *v = &x->verify;
	uint32_t over = overridden(x);
	unsigned refusals;
	json_t *reasons = all_reasons(x, over, &refusals);

	return json_pack("{s:s, s:s, s:I, s:I, s:i, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:O, "
			 "s:O, s:I, s:s, s:o*}",
	    "state", state(x, refusals), "feed", x->task->feed->name, "serial",
	    (json_int_t)v->manifest.serial, "wanted", (json_int_t)v->missing, "signatures",
	    __builtin_popcountll(v->signers), "until", (json_int_t)v->until, "names",
	    (json_int_t)v->names, "in_force", (json_int_t)x->change.in_force, "added",
	    (json_int_t)x->change.added, "removed", (json_int_t)x->change.removed, "overridden",
	    guard_words(over), "reasons", reasons, "dropped", (json_int_t)v->reasons.dropped,
	    "parts", x->parts, "gone", x->gone, "manifest", (json_int_t)x->manifest, "kind",
	    v->manifest.is_keys ? "keys" : "update", "keys",
	    v->manifest.is_keys && v->manifest.keys && v->state != VERIFY_REFUSED
		? trust_json(v->manifest.keys, v->manifest.serial)
		: NULL);
}
