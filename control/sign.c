#include "control/sign.h"

#include "base/err.h"
#include "base/option.h"
#include "control/command.h"
#include "control/when.h"
#include "lists/guard.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY_S          86400
#define LIFE_DAYS      14   /* of a signature, unless said otherwise */
#define LIFE_DAYS_KEYS 365  /* of a key change: nodes that were off must still follow it */
#define SLACK_S        3600 /* inception lies so far back, for clocks that are late */
#define LIFE_MOST      ((int64_t)INT32_MAX) /* RFC 4034 3.1.5: times wrap */

enum {
	OPT_INCEPTION = 256,
	OPT_EXPIRATION,
	OPT_NOW,
	OPT_SERIAL,
	OPT_FRESH,
	OPT_KEY_CHANGE,
	OPT_FEED,
	OPT_HUB,
	OPT_NEW_KEY,
	OPT_NEW_THRESHOLD,
	OPT_OVERRIDE
};

static const struct argp_option options[] = {
    {"key", 'k', "KEY", 0, "Private key: a file, or pkcs11:...; may be repeated (needed)", 1},
    {"output", 'o', "PATH", 0,
	"Write here, not over the input; .tar, .tgz and .tar.gz are archives", 1},
    {"inception", OPT_INCEPTION, "TIME", 0, "Valid from (an hour before now)", 2},
    {"expiration", OPT_EXPIRATION, "TIME", 0, "Valid until (+14d, of a key change +365d)", 2},
    {"now", OPT_NOW, "TIME", 0, "What +N and -N count from (the clock)", 2},
    {"serial", OPT_SERIAL, "N", 0, "Serial of a new update (the latest of its parts)", 3},
    {"fresh", OPT_FRESH, NULL, 0, "Make the digest anew and drop the signatures that there are", 3},
    {"override", OPT_OVERRIDE, "GUARD", 0,
	"Ask that this guard does not refuse the new update; may be repeated", 3},
    {"key-change", OPT_KEY_CHANGE, "VERSION", 0,
	"Make a key change instead: from this version on the feed trusts other keys", 4},
    {"feed", OPT_FEED, "FEED", 0, "Of this feed", 4},
    {"hub", OPT_HUB, "DOMAIN", 0, "Of this hub", 4},
    {"new-key", OPT_NEW_KEY, "KEY", 0,
	"Public key that the feed trusts from now on; may be repeated", 4},
    {"new-threshold", OPT_NEW_THRESHOLD, "M", 0, "How many of the new keys must sign", 4},
    {0},
};

struct request {
	struct sign sign;
	const char *path, *inception, *expiration, *now;
	const char *key[SIGN_KEYS_MAX];
};

static uint32_t
read_serial(struct argp_state *state, const char *option, const char *arg)
{
	return (uint32_t)option_number(state, option, arg, 1, UINT32_MAX);
}

static void
read_time(struct argp_state *state, int64_t *to, const char *arg, int64_t now)
{
	if (arg && when_parse(to, arg, now) < 0)
		argp_error(state,
		    "`%s': expected Unix seconds, YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ, +N or -N with "
		    "s, m, h or d",
		    arg);
}

static void
read_guard(struct argp_state *state, struct sign *s, const char *arg)
{
	int rule = guard_parse(arg, strlen(arg));

	if (rule < 0)
		argp_error(state, "`%s' is no guard; cordond(8) names them", arg);
	s->manifest.overrides |= 1u << rule;
}

static void
check_change(struct argp_state *state, const struct request *r)
{
	const struct sign *s = &r->sign;

	if (!s->version && (s->keys_to_name_n || s->new_threshold || s->feed || s->hub))
		argp_error(
		    state, "--feed, --hub, --new-key and --new-threshold are for --key-change");
	if (!s->version && !r->path)
		argp_error(state, "PATH is needed");
	if (s->version && (!s->feed || !s->hub || !s->keys_to_name_n || !s->new_threshold))
		argp_error(
		    state, "--key-change needs --feed, --hub, --new-key and --new-threshold");
	if (s->version && (r->path || s->serial || s->fresh || s->manifest.overrides))
		argp_error(state, "a key change has no PATH, --serial, --fresh or --override");
	if (s->version && !s->output)
		argp_error(state, "say where the key change goes: --output");
}

static void
check_options(struct argp_state *state, struct request *r)
{
	struct sign *s = &r->sign;

	if (!s->keys)
		argp_error(state, "--key is needed");
	check_change(state, r);
	s->now = time(NULL);
	read_time(state, &s->now, r->now, s->now);
	s->inception = s->now - SLACK_S;
	s->expiration = s->now + (int64_t)(s->version ? LIFE_DAYS_KEYS : LIFE_DAYS) * DAY_S;
	read_time(state, &s->inception, r->inception, s->now);
	read_time(state, &s->expiration, r->expiration, s->now);
	if (s->expiration <= s->inception || s->expiration - s->inception > LIFE_MOST)
		argp_error(state, "--expiration must lie after --inception, by 68 years at most");
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;
	struct sign *s = &r->sign;

	switch (key) {
	case 'k':
		if (s->keys == SIGN_KEYS_MAX)
			argp_error(state, "more than %d keys", SIGN_KEYS_MAX);
		r->key[s->keys++] = arg;
		break;
	case 'o': s->output = arg; break;
	case OPT_INCEPTION: r->inception = arg; break;
	case OPT_EXPIRATION: r->expiration = arg; break;
	case OPT_NOW: r->now = arg; break;
	case OPT_SERIAL: s->serial = read_serial(state, "--serial", arg); break;
	case OPT_FRESH: s->fresh = true; break;
	case OPT_KEY_CHANGE: s->version = read_serial(state, "--key-change", arg); break;
	case OPT_FEED: s->feed = arg; break;
	case OPT_HUB: s->hub = arg; break;
	case OPT_NEW_KEY:
		if (s->keys_to_name_n == TRUST_KEYS_MAX)
			argp_error(state, "more than %d new keys", TRUST_KEYS_MAX);
		s->keys_to_name[s->keys_to_name_n++] = arg;
		break;
	case OPT_NEW_THRESHOLD:
		s->new_threshold =
		    (uint32_t)option_number(state, "--new-threshold", arg, 1, TRUST_KEYS_MAX);
		break;
	case OPT_OVERRIDE: read_guard(state, s, arg); break;
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

static int
open_keys(struct request *r)
{
	struct sign *s = &r->sign;
	char why[KEY_WHY_MAX];

	for (size_t i = 0; i < s->keys; i++) {
		int rc = private_key_open(&s->key[i], r->key[i], why);

		if (rc < 0) {
			fprintf(stderr, "%s: %s: %s\n", s->program, r->key[i], why);
			return rc;
		}
		for (size_t k = 0; k < i; k++)
			if (public_key_same(
				private_key_public(s->key[i]), private_key_public(s->key[k]))) {
				fprintf(stderr, "%s: %s: this key is given twice\n", s->program,
				    r->key[i]);
				return -EEXIST;
			}
	}
	return 0;
}

static int
sign_path(struct sign *s, const char *path)
{
	int rc;

	if (s->version)
		return sign_update(s);
	rc = source_open(&s->source, path);
	if (rc < 0)
		return sign_complain(s, path, rc);
	if (s->source.kind == SOURCE_PARTS && !s->output) {
		fprintf(stderr,
		    "%s: %s: a folder of parts becomes an update; say where: --output\n",
		    s->program, path);
		return -EINVAL;
	}
	if (s->source.kind != SOURCE_PARTS && (s->serial || s->manifest.overrides)) {
		fprintf(stderr, "%s: %s: --serial and --override are for a new update\n",
		    s->program, path);
		return -EINVAL;
	}
	return s->source.kind == SOURCE_ZONE ? sign_file(s) : sign_update(s);
}

int
cmd_sign(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "[PATH]",
	    "Signs a part, a folder of parts as `cordon build' writes it, or an update."
	    "\vA folder of parts becomes an update: parts and a manifest, all signed.  What is "
	    "signed already gets further signatures and is not changed otherwise.",
	    NULL, NULL, NULL};
	struct request r = {.sign = {.program = argv[0], .folder = -1, .source = {.fd = -1}}};
	struct sign *s = &r.sign;
	int rc;

	if (argp_parse(&argp, argc, argv, 0, NULL, &r))
		return 2;
	s->spill = scratch_open();
	rc = s->spill < 0 ? sign_complain(s, "temporary file", s->spill) : open_keys(&r);
	if (rc == 0)
		rc = sign_path(s, r.path);
	reasons_print(&s->reasons, s->program, r.path ? r.path : s->output, stderr);
	if (rc == 0)
		fprintf(stderr, "%s: %zu zone%s with %" PRIu64 " names, %zu key%s\n", s->program,
		    s->zones, s->zones == 1 ? "" : "s", s->names, s->keys, s->keys == 1 ? "" : "s");
	for (size_t i = 0; i < s->keys; i++)
		private_key_close(s->key[i]);
	source_close(&s->source);
	if (s->spill >= 0)
		close(s->spill);
	manifest_free(&s->manifest);
	reasons_free(&s->reasons);
	return rc < 0 ? 1 : 0;
}
