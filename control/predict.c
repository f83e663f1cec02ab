#include "control/predict.h"

#include "base/date.h"
#include "base/err.h"
#include "base/option.h"
#include "base/outfile.h"
#include "control/command.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTINGS_MAX   16
#define WORDS_FILE_MAX 16384 /* bytes */
#define FEED_BYTES     "abcdefghijklmnopqrstuvwxyz0123456789-"

enum {
	OPT_SINE = 256,
	OPT_WORDS,
	OPT_MARGIN,
	OPT_LIST,
	OPT_JSON,
	OPT_FEED,
	OPT_HUB,
	OPT_SERIAL,
	OPT_NS,
	OPT_MAIL,
};

static const struct argp_option options[] = {
    {"family", 'f', "NAME", 0, "Family of names; --list-families names them", 0},
    {"from", 'd', "DATE", 0, "First UTC day, YYYY-MM-DD (today)", 0},
    {"days", 'n', "N", 0, "Number of days, 1 to 40000 (1)", 0},
    {"suffix", 's', "SUFFIX", 0, "Only names below SUFFIX; may be repeated", 0},
    {"set", 'p', "NAME=VALUE", 0, "Set a parameter of the family; may be repeated", 0},
    {"sine", OPT_SINE, "x87|libm", 0, "Same as --set sine=...: the sine of Conficker (x87)", 0},
    {"words", OPT_WORDS, "FILE", 0, "Same as --set words=... with the content of FILE (suppobox)",
	0},
    {"margin-days", OPT_MARGIN, "N", 0,
	"Lengthen every window by N days on both sides, 0 to 366 (0)", 0},
    {"format", 'F', "FORM", 0, "names, csv, json or zone (names)", 0},
    {"output", 'o', "FILE", 0, "Write FILE, whole or not at all (standard output)", 0},
    {"jobs", 'j', "N", 0, "Threads, 1 to 64 (1); the output is the same", 0},
    {"list-families", OPT_LIST, NULL, 0, "Print the families, their parameters and their proof", 0},
    {"json", OPT_JSON, NULL, 0, "Print that, or the names, as JSON", 0},
    {NULL, 0, NULL, 0, "For --format zone:", 1},
    {"feed", OPT_FEED, "NAME", 0, "Feed (the family's name)", 1},
    {"hub", OPT_HUB, "DOMAIN", 0, "Domain of the hub, the zone's parent (lists.invalid)", 1},
    {"serial", OPT_SERIAL, "N", 0, "Serial of the SOA (today's date and 01)", 1},
    {"ns", OPT_NS, "DOMAIN", 0, "Name server of the zone (ns.HUB)", 1},
    {"mail", OPT_MAIL, "DOMAIN", 0, "Mailbox of the zone, as a domain name (hostmaster.HUB)", 1},
    {0},
};

struct request {
	struct predict predict;
	const char *setting[SETTINGS_MAX], *suffix[PREDICT_SUFFIXES_MAX];
	char *own[PREDICT_SUFFIXES_MAX]; /* the suffixes in canonical form, ours */
	size_t settings;
	char *words; /* content of the file, ours; NULL: none */
	const char *words_path, *output, *sine, *feed, *hub, *ns, *mail;
	bool list, json, has_serial;
};

static void
read_format(struct argp_state *state, struct predict *p, const char *text)
{
	for (p->form = 0; p->form < PREDICT_FORMS; p->form++)
		if (!strcmp(predict_form_text(p->form), text))
			return;
	argp_error(state, "--format must be names, csv, json or zone, not '%s'", text);
}

static void
read_from(struct argp_state *state, struct predict *p, const char *text)
{
	if (date_parse(&p->from, text, strlen(text)))
		argp_error(state, "--from must be a day as YYYY-MM-DD, not '%s'", text);
}

static void
read_family(struct argp_state *state, struct predict *p, const char *text)
{
	p->family = dga_find(text);
	if (!p->family)
		argp_error(state, "there is no family '%s'; --list-families prints them", text);
}

static int
parse_zone_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case OPT_FEED: r->feed = arg; break;
	case OPT_HUB: r->hub = arg; break;
	case OPT_NS: r->ns = arg; break;
	case OPT_MAIL: r->mail = arg; break;
	case OPT_SERIAL:
		r->predict.meta.serial =
		    (uint32_t)option_number(state, "--serial", arg, 0, UINT32_MAX);
		r->has_serial = true;
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;
	struct predict *p = &r->predict;

	switch (key) {
	case 'f': read_family(state, p, arg); break;
	case 'd': read_from(state, p, arg); break;
	case 'n':
		p->days = (uint32_t)option_number(state, "--days", arg, 1, PREDICT_DAYS_MAX);
		break;
	case 's': option_push(state, r->suffix, &p->suffixes, PREDICT_SUFFIXES_MAX, arg); break;
	case 'p': option_push(state, r->setting, &r->settings, SETTINGS_MAX, arg); break;
	case OPT_SINE: r->sine = arg; break;
	case OPT_WORDS: r->words_path = arg; break;
	case OPT_MARGIN:
		p->margin_days =
		    (uint32_t)option_number(state, "--margin-days", arg, 0, PREDICT_MARGIN_MAX);
		break;
	case 'F': read_format(state, p, arg); break;
	case 'o': r->output = arg; break;
	case 'j':
		p->jobs = (unsigned)option_number(state, "--jobs", arg, 1, PREDICT_JOBS_MAX);
		break;
	case OPT_LIST: r->list = true; break;
	case OPT_JSON: r->json = true; break;
	case ARGP_KEY_ARG: argp_error(state, "'%s' is not an option", arg); break;
	default: return parse_zone_option(key, arg, state);
	}
	return 0;
}

static int __attribute__((format(printf, 1, 2))) refuse(const char *fmt, ...)
{
	va_list ap;

	fputs("cordon predict: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return 2;
}

static int
refuse_value(const struct dga_family *f, const char *name, const char *value)
{
	const struct dga_param *p = f->params;

	while (strcmp(p->name, name))
		p++;
	if (p->choices)
		return refuse("%s has no choice '%s'; --list-families prints them", name, value);
	if (p->text)
		value = value[strcspn(value, "\n")] ? "a file" : value; /* not 16 KiB of words */
	return refuse("%s must be %s %" PRIu64 " to %" PRIu64 "%s, not '%s'", name,
	    p->text ? "a text of" : "a number from", p->min, p->max, p->text ? " bytes" : "",
	    value);
}

static int
apply_setting(struct predict *p, const char *name, const char *value)
{
	int rc = dga_set(p->family, &p->values, name, value);

	if (rc == -ERR_UNKNOWN)
		return refuse("%s has no parameter '%s'", p->family->name, name);
	return rc ? refuse_value(p->family, name, value) : 0;
}

static int
apply_words(struct request *r)
{
	FILE *f = fopen(r->words_path, "r");
	size_t n;
	int rc = 0;

	if (f)
		r->words = calloc(1, WORDS_FILE_MAX + 2);
	if (!r->words) {
		rc = refuse("%s: %s", r->words_path, err_text(-errno));
	} else {
		n = fread(r->words, 1, WORDS_FILE_MAX + 1, f);
		if (ferror(f))
			rc = refuse("%s: %s", r->words_path, err_text(-EIO));
		else if (n > WORDS_FILE_MAX || strlen(r->words) != n)
			rc = refuse("%s is no list of words", r->words_path);
	}
	if (f)
		fclose(f);
	return rc ? rc : apply_setting(&r->predict, "words", r->words);
}

static int
apply_settings(struct request *r)
{
	struct predict *p = &r->predict;
	int rc = 0;

	dga_defaults(p->family, &p->values);
	for (size_t i = 0; i < r->settings && !rc; i++) {
		const char *value = strchr(r->setting[i], '=');
		char name[32];
		size_t n = value ? (size_t)(value - r->setting[i]) : 0;

		if (n == 0 || n >= sizeof(name))
			return refuse("--set wants NAME=VALUE, not '%s'", r->setting[i]);
		memcpy(name, r->setting[i], n);
		name[n] = '\0';
		rc = apply_setting(p, name, value + 1);
	}
	if (!rc && r->sine)
		rc = apply_setting(p, "sine", r->sine);
	return !rc && r->words_path ? apply_words(r) : rc;
}

static int
check_texts(const struct predict *p)
{
	const struct dga_param *param = p->family->params;

	for (size_t i = 0; param[i].name; i++)
		if (param[i].text && strlen(p->values.text[i]) < param[i].min)
			return refuse("%s needs a value for %s; see --list-families",
			    p->family->name, param[i].name);
	return 0;
}

static int
check_days(struct predict *p)
{
	const struct dga_family *f = p->family;
	char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];

	if (p->from >= f->day_min && p->from <= f->day_max - (int32_t)p->days + 1)
		return 0;
	date_format(first, f->day_min);
	date_format(last, f->day_max);
	return refuse("%s can be predicted for days from %s to %s", f->name, first, last);
}

static int
check_suffixes(struct request *r)
{
	struct predict *p = &r->predict;

	for (size_t i = 0; i < p->suffixes; i++) {
		uint8_t name[NAME_LEN_MAX];
		char text[NAME_TEXT_MAX];

		if (name_from_text(name, r->suffix[i], strlen(r->suffix[i])) < 2)
			return refuse("--suffix '%s' is not a domain name", r->suffix[i]);
		name_to_text(text, name);
		if (!predict_has_suffix(p->family, text))
			return refuse("%s has no names below '%s'", p->family->name, text);
		r->own[i] = strdup(text);
		if (!r->own[i])
			return refuse("%s", err_text(-ENOMEM));
	}
	p->suffix = (const char *const *)r->own;
	return 0;
}

/* prefix.parent as a canonical name, or parent alone; text wins over both when given. */
static int
domain(uint8_t out[NAME_LEN_MAX], const char *text, const char *prefix, const char *parent)
{
	char joined[2 * NAME_TEXT_MAX];
	int n = snprintf(joined, sizeof(joined), "%s%s%s", prefix, *prefix ? "." : "", parent);

	if (text)
		return name_from_text(out, text, strlen(text));
	return n > 0 && (size_t)n < sizeof(joined) ? name_from_text(out, joined, (size_t)n)
						   : -ERR_NAME;
}

/* The part of the one suffix asked for, or the whole feed. */
static int
fill_zone(struct request *r)
{
	struct predict *p = &r->predict;
	struct list_meta *m = &p->meta;
	struct date d = date_of_day(date_today());
	const char *hub = r->hub ? r->hub : "lists.invalid";
	const char *feed = r->feed ? r->feed : p->family->name;
	const char *suffix = p->suffixes == 1 ? p->suffix[0] : "";
	char parent[NAME_TEXT_MAX];
	int len;

	if (strlen(feed) >= sizeof(m->feed) || strspn(feed, FEED_BYTES) != strlen(feed) || !*feed)
		return refuse("--feed must be up to 63 of a-z, 0-9 and -, not '%s'", feed);
	if (domain(p->ns, r->ns, "ns", hub) < 0 || domain(p->mail, r->mail, "hostmaster", hub) < 0)
		return refuse("--hub, --ns and --mail must be domain names");
	strcpy(m->feed, feed);
	strcpy(m->family, p->family->name);
	if (snprintf(parent, sizeof(parent), "%s.%s", feed, hub) >= (int)sizeof(parent))
		return refuse("--hub is too long");
	len = domain(m->origin, NULL, suffix, parent);
	if (len < 0)
		return refuse("'%s%s%s' is no domain name", suffix, *suffix ? "." : "", parent);
	m->origin_len = (uint8_t)len;
	m->suffix_len = 1; /* the root: zeroed */
	if (*suffix)
		m->suffix_len = (uint8_t)name_from_text(m->suffix, suffix, strlen(suffix));
	if (!r->has_serial)
		m->serial = (uint32_t)d.year * 1000000 + d.month * 10000 + d.day * 100 + 1;
	return 0;
}

static int
resolve(struct request *r)
{
	struct predict *p = &r->predict;
	int rc;

	if (!p->family)
		return refuse("--family is missing; --list-families prints the families");
	rc = apply_settings(r);
	rc = rc ? rc : check_texts(p);
	rc = rc ? rc : check_days(p);
	rc = rc ? rc : check_suffixes(r);
	return !rc && p->form == PREDICT_ZONE ? fill_zone(r) : rc;
}

static int
write_output(const struct request *r)
{
	bool bar = r->output || !isatty(STDOUT_FILENO); /* not between the names */
	struct outfile o;
	int rc = outfile_open(&o, r->output);

	signal(SIGPIPE, SIG_IGN); /* a write says EPIPE instead */
	if (!rc) {
		rc = r->list ? predict_list_families(o.to, r->json)
			     : predict_run(&r->predict, o.to, bar);
		rc = outfile_close(&o, rc);
	}
	if (rc == -ERR_RANGE && !r->list)
		return refuse("%s refuses the parameters; --list-families says what they are",
		    r->predict.family->name);
	if (rc) {
		refuse("%s: %s", r->output ? r->output : "standard output", err_text(rc));
		return 1;
	}
	return 0;
}

int
cmd_predict(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Print the names that a family of malware generates on given days.", NULL, NULL, NULL};
	struct request r = {.predict = {.from = date_today(), .days = 1, .jobs = 1}};
	int rc = 0;

	if (argp_parse(&argp, argc, argv, 0, NULL, &r))
		return 2;
	if (r.json)
		r.predict.form = PREDICT_JSON;
	if (!r.list)
		rc = resolve(&r);
	if (!rc)
		rc = write_output(&r);
	for (size_t i = 0; i < PREDICT_SUFFIXES_MAX; i++)
		free(r.own[i]);
	free(r.words);
	return rc;
}
