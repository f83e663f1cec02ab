/* cordon rollback: an earlier list once more, under a new serial, for the publishers to sign. */
#include "base/date.h"
#include "base/err.h"
#include "base/serial.h"
#include "control/command.h"
#include "control/hub_ask.h"
#include "control/json_get.h"
#include "lists/read.h"
#include "lists/zone.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct rollback {
	const char *program, *socket, *feed, *serial, *output;
	uint32_t fresh; /* the new serial */
	const char *domain;
};

/* One part being written once more. */
struct copying {
	const struct rollback *r;
	FILE *to;
	struct zone_writer w;
	int32_t today;
	uint64_t ended; /* entries left out: their window is over */
};

enum { KEY_SERIAL = 256 };

static const struct argp_option options[] = {
    {"output", 'o', "FOLDER", 0, "Where the parts go; it must not exist (needed)", 0},
    {"serial", KEY_SERIAL, "N", 0, "The new serial (today's first, YYYYMMDD01, or the next one)",
	0},
    {"socket", 's', "PATH", 0, "cordond's control socket (" HUB_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct rollback *r = state->input;
	char *end;
	unsigned long n;

	switch (key) {
	case 'o': r->output = arg; break;
	case 's': r->socket = arg; break;
	case KEY_SERIAL:
		n = strtoul(arg, &end, 10);
		if (*arg < '1' || *arg > '9' || *end || n > UINT32_MAX)
			argp_error(state, "--serial: '%s' is no serial", arg);
		r->fresh = (uint32_t)n;
		break;
	case ARGP_KEY_ARG:
		if (r->serial)
			argp_usage(state);
		*(r->feed ? &r->serial : &r->feed) = arg;
		break;
	case ARGP_KEY_END:
		if (!r->serial || !r->output)
			argp_error(state, "expected FEED, SERIAL and --output");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
take_meta(void *ctx, const struct list_meta *from)
{
	struct copying *c = ctx;
	struct list_meta meta = *from;
	uint8_t ns[NAME_LEN_MAX], mail[NAME_LEN_MAX];
	char text[NAME_TEXT_MAX];

	meta.serial = c->r->fresh;
	snprintf(text, sizeof(text), "ns.%s", c->r->domain);
	if (name_from_text(ns, text, strlen(text)) < 0)
		return -ERR_NAME;
	snprintf(text, sizeof(text), "hostmaster.%s", c->r->domain);
	if (name_from_text(mail, text, strlen(text)) < 0)
		return -ERR_NAME;
	return zone_write_head(&c->w, c->to, &meta, ns, mail);
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct copying *c = ctx;

	if (e->until <= c->today) {
		c->ended++;
		return 0;
	}
	return zone_write_entry(&c->w, e);
}

static void
print_error(void *ctx, const struct list_error *e)
{
	const struct copying *c = ctx;

	fprintf(stderr, "%s: %s:%" PRIu64 ": %s\n", c->r->program, e->path, e->line, e->text);
}

static int
copy_part(struct copying *c, const char *from_path, const char *to_path)
{
	const struct list_sink sink = {c, take_entry, take_meta, print_error};
	FILE *from = fopen(from_path, "re");
	int rc = from ? 0 : -errno;

	if (rc == 0) {
		c->to = fopen(to_path, "wxe");
		rc = c->to ? list_read(from, from_path, LIST_ZONE, NULL, &sink) : -errno;
	}
	if (rc == 0)
		zone_write_end(&c->w);
	if (c->to && fclose(c->to) != 0 && rc == 0)
		rc = -errno;
	c->to = NULL;
	if (from)
		fclose(from);
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", c->r->program, from_path, err_text(rc));
	return rc;
}

static int
copy_parts(struct copying *c, const json_t *reply)
{
	json_t *parts = json_object_get(reply, "parts"), *p;
	char from[PATH_MAX], to[PATH_MAX];
	size_t i;
	int rc = 0;

	json_array_foreach(parts, i, p)
	{
		const char *suffix = json_get_text(p, "suffix");

		if (snprintf(from, PATH_MAX, "%s/%s", json_get_text(reply, "state"),
			json_get_text(p, "file")) >= PATH_MAX ||
		    snprintf(to, PATH_MAX, "%s/%s.zone", c->r->output,
			strcmp(suffix, ".") == 0 ? "_all" : suffix) >= PATH_MAX)
			return -ENAMETOOLONG;
		rc = copy_part(c, from, to);
		if (rc < 0)
			return rc;
	}
	return (int)json_array_size(parts);
}

/* What is newer than the serial in force and, where that can be, of today. */
static int
choose_serial(struct rollback *r)
{
	const char *const words[] = {"status"};
	struct date d = date_of_day(date_today());
	json_t *reply, *f;
	size_t i;

	if (hub_ask(&reply, r->program, r->socket, words, 1) < 0)
		return -ERR_REFUSED;
	if (!r->fresh)
		r->fresh = (uint32_t)d.year * 1000000 + d.month * 10000 + d.day * 100 + 1;
	json_array_foreach(json_object_get(reply, "feeds"), i, f)
	{
		uint32_t now = (uint32_t)json_integer_value(json_object_get(f, "serial"));

		if (strcmp(json_get_text(f, "name"), r->feed) == 0 && !serial_newer(r->fresh, now))
			r->fresh = now + 1;
	}
	json_decref(reply);
	return 0;
}

int
cmd_rollback(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "FEED SERIAL",
	    "Write the parts of a feed as they were at an earlier serial, under a new one, for the "
	    "publishers to sign and submit.\v"
	    "A hub signs nothing: an earlier list counts again when enough publishers say so.  "
	    "Entries whose windows have ended are left out.",
	    NULL, NULL, NULL};
	struct rollback r = {.program = argv[0], .socket = HUB_SOCKET};
	struct copying c = {.r = &r, .today = date_today()};
	json_t *reply;
	int n;

	argp_parse(&argp, argc, argv, 0, NULL, &r);
	const char *const words[] = {"versions", r.feed, r.serial};

	if (choose_serial(&r) < 0 || hub_ask(&reply, argv[0], r.socket, words, 3) < 0)
		return 1;
	r.domain = json_get_text(reply, "domain");
	n = mkdir(r.output, 0777) < 0 ? -errno : 0;
	if (n < 0)
		fprintf(stderr, "%s: %s: %s\n", argv[0], r.output, err_text(n));
	else
		n = copy_parts(&c, reply);
	json_decref(reply);
	if (n < 0)
		return 1;
	printf("%s: %d parts of serial %s as serial %" PRIu32 ", %" PRIu64
	       " ended entries left out; "
	       "sign them with cordon sign\n",
	    r.output, n, r.serial, r.fresh, c.ended);
	return fflush(stdout) == 0 ? 0 : 1;
}
