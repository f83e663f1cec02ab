#include "lists/verify.h"

#include "base/conf_check.h"
#include "base/err.h"
#include "base/option.h"
#include "control/command.h"
#include "control/report.h"
#include "control/source.h"
#include "control/trust_conf.h"
#include "control/when.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_VALID, STATUS_REFUSED, STATUS_USAGE, STATUS_WAITING, STATUS_FAILED };
enum { OPT_TRUST = 256, OPT_FEED, OPT_NOW, OPT_JSON };

static const struct argp_option options[] = {
    {"trust", OPT_TRUST, "FILE", 0, "Configuration that names feeds, keys and thresholds", 1},
    {"feed", OPT_FEED, "NAME", 0, "The feed; needed when FILE has several", 1},
    {"key", 'k', "KEY", 0, "Public key, a file or a DNSKEY record; may be repeated", 2},
    {"threshold", 't', "M", 0, "How many of the keys must have signed (all)", 2},
    {"serial", 's', "N", 0, "Serial in force: what is not newer is refused", 3},
    {"now", OPT_NOW, "TIME", 0, "Instead of the clock", 3},
    {"json", OPT_JSON, NULL, 0, "Print one JSON object", 4},
    {0},
};

struct request {
	char *program;
	const char *path, *trust_file, *feed;
	struct trust trust;
	struct verify v;
	struct source source;
	bool json;
};

static void
check_options(struct argp_state *state, struct request *r)
{
	struct trust *t = &r->trust;

	if (!r->path)
		argp_error(state, "PATH is missing");
	if (!r->trust_file == !t->n)
		argp_error(state, "either --trust or --key is needed");
	if (r->trust_file && t->threshold)
		argp_error(state, "--threshold goes with --key");
	if (t->n && !t->threshold)
		t->threshold = (unsigned)t->n;
	if (t->threshold > t->n && !r->trust_file)
		argp_error(state, "--threshold %u with %zu keys", t->threshold, t->n);
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;
	char why[KEY_WHY_MAX];

	switch (key) {
	case OPT_TRUST: r->trust_file = arg; break;
	case OPT_FEED: r->feed = arg; break;
	case 'k':
		if (trust_add_key(&r->trust, arg, why) < 0)
			argp_error(state, "--key: %s", why);
		break;
	case 't':
		r->trust.threshold =
		    (unsigned)option_number(state, "--threshold", arg, 1, TRUST_KEYS_MAX);
		break;
	case 's':
		r->v.serial = (uint32_t)option_number(state, "--serial", arg, 0, UINT32_MAX);
		r->v.has_serial = true;
		break;
	case OPT_NOW:
		if (when_parse(&r->v.now, arg, r->v.now) < 0)
			argp_error(state, "`%s': not a time", arg);
		break;
	case OPT_JSON: r->json = true; break;
	case ARGP_KEY_ARG:
		if (r->path)
			argp_error(state, "one PATH only; '%s' is a second", arg);
		r->path = arg;
		break;
	case ARGP_KEY_END: check_options(state, r); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* The group of the feed, or the only one. */
static const struct trust_conf *
choose(const struct request *r, const struct trust_file *file)
{
	const struct trust_conf *c = file->trust.item;

	for (size_t i = 0; i < file->trust.n; i++)
		if (r->feed ? !strcmp(c[i].feed, r->feed) : file->trust.n == 1)
			return &c[i];
	if (r->feed)
		fprintf(stderr, "%s: %s: no feed '%s' in it\n", r->program, r->trust_file, r->feed);
	else
		fprintf(stderr, "%s: %s: %zu feeds in it; say which: --feed\n", r->program,
		    r->trust_file, file->trust.n);
	return NULL;
}

static int
read_trust(struct request *r)
{
	struct trust_file file = {0};
	const struct trust_conf *c;
	char why[KEY_WHY_MAX];
	int rc;

	if (!r->trust_file) {
		if (r->feed)
			snprintf(r->trust.feed, sizeof(r->trust.feed), "%s", r->feed);
		return 0;
	}
	rc = conf_read(trust_sections, &file, r->trust_file, conf_print_wrong, r->program);
	if (rc < 0)
		return rc;
	c = choose(r, &file);
	rc = c ? trust_from_conf(&r->trust, c, why) : -ERR_UNKNOWN;
	if (c && rc < 0)
		conf_print_wrong(r->program, r->trust_file, c->line, why);
	conf_free(trust_sections, &file);
	return rc;
}

static int
verify_part(void *ctx, const struct source_zone *z)
{
	struct request *r = ctx;

	return part_verify(&r->v, z->f, z->where);
}

static int
verify_path(struct request *r)
{
	int rc = source_open(&r->source, r->path);

	if (rc == 0 && r->source.kind == SOURCE_PARTS) {
		fprintf(stderr, "%s: %s: a folder without " MANIFEST_NAME ": not an update\n",
		    r->program, r->path);
		return -EINVAL;
	}
	if (rc == 0)
		rc = r->source.kind == SOURCE_UPDATE
			 ? update_verify(&r->v, r->source.fd)
			 : source_each(&r->source, &r->v.reasons, verify_part, r);
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", r->program, r->path, err_text(rc));
	return rc;
}

static json_t *
new_keys(const struct manifest *m)
{
	return m->keys ? json_pack("{s:I, s:i, s:o}", "version", (json_int_t)m->serial, "threshold",
			     (int)m->keys->threshold, "keys", report_signers(m->keys, UINT64_MAX))
		       : json_null();
}

static bool
has_zones(const struct verify *v)
{
	return v->parts || v->manifest.is_keys;
}

static int
print_json(const struct request *r)
{
	const struct verify *v = &r->v;
	bool valid = v->state == VERIFY_VALID;
	char until[WHEN_TEXT_MAX];

	return report_write(
	    json_pack("{s:s, s:s, s:i, s:i, s:o, s:o?, s:i, s:I, s:o, s:o}", "path", r->path,
		"state", verify_state_text(v->state), "missing", (int)v->missing, "threshold",
		(int)r->trust.threshold, "signers",
		report_signers(&r->trust, has_zones(v) ? v->signers : 0), "valid_until",
		valid ? json_string(when_text(until, v->until)) : json_null(), "parts",
		(int)v->parts, "names", (json_int_t)v->names, "new_keys", new_keys(&v->manifest),
		"reasons", report_reasons(&v->reasons)),
	    stdout);
}

static void
print_keys(const struct trust *t, uint64_t signers)
{
	for (size_t i = 0; i < t->n; i++)
		if (signers & UINT64_C(1) << i)
			printf("  %s (key tag %u)\n", t->key[i].name, t->key[i].tag);
}

static int
print_text(const struct request *r)
{
	const struct verify *v = &r->v;
	const struct trust *new = v->manifest.keys;
	char until[WHEN_TEXT_MAX];

	reasons_print(&v->reasons, r->program, r->path, stderr);
	switch (v->state) {
	case VERIFY_VALID:
		printf("%s: valid until %s: %zu part%s, %" PRIu64 " names, signed by\n", r->path,
		    when_text(until, v->until), v->parts, v->parts == 1 ? "" : "s", v->names);
		print_keys(&r->trust, v->signers);
		break;
	case VERIFY_WAITING:
		printf("%s: waiting for %u more signature%s; so far signed by\n", r->path,
		    v->missing, v->missing == 1 ? "" : "s");
		print_keys(&r->trust, v->signers);
		break;
	default: printf("%s: refused\n", r->path);
	}
	if (v->state != VERIFY_REFUSED && new) {
		printf("version %" PRIu32 " of the keys: %u of these must sign:\n",
		    v->manifest.serial, new->threshold);
		print_keys(new, UINT64_MAX >> (TRUST_KEYS_MAX - new->n));
	}
	return fflush(stdout) || ferror(stdout) ? -EIO : 0;
}

static int
run(struct request *r)
{
	static const int status[] = {STATUS_VALID, STATUS_WAITING, STATUS_REFUSED};
	int rc = read_trust(r);

	if (rc == 0)
		rc = verify_path(r);
	if (rc < 0)
		return STATUS_FAILED;
	rc = r->json ? print_json(r) : print_text(r);
	if (rc < 0)
		fprintf(stderr, "%s: standard output: %s\n", r->program, err_text(rc));
	return rc < 0 ? STATUS_FAILED : status[r->v.state];
}

int
cmd_verify(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "PATH",
	    "Says whether an update, or one part, is signed by enough of the keys that are trusted."
	    "\vExit status: 0 valid, 1 refused, 2 usage, 3 waiting for more signatures, 4 could "
	    "not "
	    "be told.",
	    NULL, NULL, NULL};
	struct request *r = calloc(1, sizeof(*r));
	int status = STATUS_FAILED;

	if (!r)
		return STATUS_FAILED;
	r->program = argv[0];
	r->source.fd = -1;
	r->v = (struct verify){.trust = &r->trust, .now = time(NULL)};
	if (argp_parse(&argp, argc, argv, 0, NULL, r)) {
		free(r);
		return STATUS_USAGE;
	}
	r->v.scratch = scratch_open();
	r->v.spill_fd = scratch_open();
	if (r->v.scratch < 0 || r->v.spill_fd < 0)
		fprintf(stderr, "%s: temporary file: %s\n", r->program, err_text(r->v.scratch));
	else
		status = run(r);
	verify_free(&r->v);
	source_close(&r->source);
	if (r->v.scratch >= 0)
		close(r->v.scratch);
	if (r->v.spill_fd >= 0)
		close(r->v.spill_fd);
	free(r);
	return status;
}
