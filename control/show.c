#include "base/err.h"
#include "control/command.h"
#include "control/report.h"
#include "control/source.h"
#include "control/when.h"
#include "lists/manifest.h"
#include "lists/sign.h"

#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OPT_JSON = 256 };

static const struct argp_option options[] = {
    {"json", OPT_JSON, NULL, 0, "Print one JSON object", 0},
    {0},
};

struct show {
	const char *program, *path;
	bool json;
	json_t *zones; /* ours */
	struct reasons reasons;
	int spill;
	int64_t now;
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct show *s = state->input;

	switch (key) {
	case OPT_JSON: s->json = true; break;
	case ARGP_KEY_ARG:
		if (s->path)
			argp_error(state, "one PATH only; '%s' is a second", arg);
		s->path = arg;
		break;
	case ARGP_KEY_END:
		if (!s->path)
			argp_error(state, "PATH is missing");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static size_t
signatures_of(const struct apex *a, struct signature_found *found, int64_t now)
{
	struct signature s;
	size_t n = 0;

	for (size_t i = 0; i < a->n && n < TRUST_SIGNATURES_MAX; i++) {
		if (!apex_is_signature(&a->record[i]) || signature_parse(&s, &a->record[i]) < 0)
			continue;
		found[n++] = (struct signature_found){.algorithm = s.algorithm,
		    .tag = s.tag,
		    .inception = signature_time(s.inception, now),
		    .expiration = signature_time(s.expiration, now),
		    .key = -1};
	}
	return n;
}

static void
print_zone(
    const struct zone_scan *s, const char *digest, const struct signature_found *found, size_t n)
{
	char origin[NAME_TEXT_MAX], from[WHEN_TEXT_MAX], until[WHEN_TEXT_MAX];

	name_to_text(origin, s->apex->origin);
	printf("%s: %s, serial %" PRIu32 ", %" PRIu64 " names, digest %s\n", s->where, origin,
	    s->apex->serial, s->body_records, digest);
	for (size_t i = 0; i < n; i++)
		printf("  key tag %5u, algorithm %u, from %s until %s\n", found[i].tag,
		    found[i].algorithm, when_text(from, found[i].inception),
		    when_text(until, found[i].expiration));
}

static void
add_zone(struct show *show, const struct zone_scan *s, const char *digest,
    const struct signature_found *found, size_t n)
{
	char origin[NAME_TEXT_MAX], hex[2 * SHA384_BYTES + 1];

	name_to_text(origin, s->apex->origin);
	digest_hex(hex, s->digest, SHA384_BYTES);
	json_array_append_new(show->zones,
	    json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:o}", "file", s->where, "origin", origin,
		"serial", (json_int_t)s->apex->serial, "names", (json_int_t)s->body_records,
		"sha384", hex, "digest", digest, "signatures", report_signatures(found, n, NULL)));
}

/* Whether the zone still is what its ZONEMD says; not who signed it. */
static const char *
digest_word(const struct zone_scan *s, struct reasons *ignored)
{
	struct zone_scan copy = *s;

	copy.reasons = ignored;
	if (zone_scan_zonemd(&copy))
		return "matches";
	return ignored->count[REASON_ZONEMD_NONE] ? "absent" : "does not match";
}

struct manifest_reading {
	struct manifest m;
	const struct zone_scan *scan;
};

static int
take_record(void *ctx, const struct record *r)
{
	struct manifest_reading *x = ctx;

	return manifest_take(&x->m, r, x->scan);
}

/* Whom a key change names. */
static void
show_keys(struct show *show, const struct manifest *m)
{
	const struct trust *t = m->keys;

	if (!t)
		return;
	if (!show->json)
		printf("  version %" PRIu32 " of the keys of %s: %u of these %zu must sign\n",
		    m->serial, m->feed, t->threshold, t->n);
	for (size_t i = 0; i < t->n && !show->json; i++)
		printf("    %s, key tag %u, %s\n", t->key[i].name, t->key[i].tag,
		    key_algorithm_text(t->key[i].algorithm));
	if (show->json)
		json_object_set_new(json_array_get(show->zones, json_array_size(show->zones) - 1),
		    "keys",
		    json_pack("{s:I, s:i, s:o}", "version", (json_int_t)m->serial, "threshold",
			(int)t->threshold, "names", report_signers(t, UINT64_MAX)));
}

static int
show_zone(void *ctx, const struct source_zone *z)
{
	struct show *show = ctx;
	struct zone_scan s = {
	    .f = z->f, .where = z->where, .reasons = &show->reasons, .spill_fd = show->spill};
	struct signature_found found[TRUST_SIGNATURES_MAX];
	struct manifest_reading manifest = {.scan = &s};
	struct reasons ignored = {0};
	int rc;

	if (z->is_manifest) {
		s.sort = true;
		s.body = take_record;
		s.ctx = &manifest;
	}
	rc = zone_scan(&s);
	if (rc == 0) {
		size_t n = signatures_of(s.apex, found, show->now);
		const char *digest = digest_word(&s, &ignored);

		if (show->json)
			add_zone(show, &s, digest, found, n);
		else
			print_zone(&s, digest, found, n);
		if (z->is_manifest && manifest_finish(&manifest.m, &s))
			show_keys(show, &manifest.m);
	}
	manifest_free(&manifest.m);
	reasons_free(&ignored);
	zone_scan_free(&s);
	return rc;
}

static int
run(struct show *s)
{
	struct source source;
	int rc = source_open(&source, s->path);

	if (rc == 0)
		rc = source_each(&source, &s->reasons, show_zone, s);
	if (rc < 0 && !s->reasons.n)
		fprintf(stderr, "%s: %s: %s\n", s->program, s->path, err_text(rc));
	reasons_print(&s->reasons, s->program, s->path, stderr);
	if (rc == 0 && s->json)
		rc = report_write(
		    json_pack("{s:s, s:O}", "path", s->path, "zones", s->zones), stdout);
	source_close(&source);
	return rc == 0 && (fflush(stdout) || ferror(stdout)) ? -1 : rc;
}

int
cmd_show(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "PATH",
	    "Shows the zones of an update, of a folder of parts or of a file: serials, names, "
	    "digests, "
	    "signatures.  What they are worth says cordon verify.",
	    NULL, NULL, NULL};
	struct show s = {.program = argv[0], .now = time(NULL)};
	int rc;

	if (argp_parse(&argp, argc, argv, 0, NULL, &s))
		return 2;
	s.spill = scratch_open();
	s.zones = json_array();
	rc = run(&s);
	json_decref(s.zones);
	reasons_free(&s.reasons);
	if (s.spill >= 0)
		close(s.spill);
	return rc < 0 ? 1 : 0;
}
