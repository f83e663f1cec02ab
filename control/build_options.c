#include "control/build.h"

#include "base/date.h"
#include "base/option.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum long_option {
	OPTION_HUB = 256,
	OPTION_SERIAL,
	OPTION_DATE,
	OPTION_ACTION,
	OPTION_FAMILY,
	OPTION_TLP,
	OPTION_CONTACT,
	OPTION_WHY,
	OPTION_DRILL,
	OPTION_FROM,
	OPTION_UNTIL,
	OPTION_FORM,
	OPTION_REJECT_ON,
};

static const struct argp_option options[] = {
    {"feed", 'f', "NAME", 0, "Feed that the zones are for (needed)", 1},
    {"output", 'o', "PATH", 0, "Directory, or without suffixes a file, to write to (needed)", 1},
    {"suffix", 's', "NAME", 0, "A part for the names below NAME; may be given again", 2},
    {"split", 'S', "FILE", 0, "Suffixes from FILE, one a line", 2},
    {"form", OPTION_FORM, "FORM", 0, "auto, zone, rpz, csv, hosts or names (auto)", 3},
    {"from", OPTION_FROM, "DATE", 0, "First day of entries that have none", 3},
    {"until", OPTION_UNTIL, "DATE", 0, "First day no longer listed, of entries that have none", 3},
    {"hub", OPTION_HUB, "NAME", 0, "Domain of the hub (lists.example)", 4},
    {"serial", OPTION_SERIAL, "N", 0, "Serial of the zones, or `date` (YYYYMMDD01)", 4},
    {"date", OPTION_DATE, "DATE", 0, "Date for the serial (today)", 4},
    {"action", OPTION_ACTION, "ACTION", 0, ACTION_WORDS ": the feed's action", 5},
    {"family", OPTION_FAMILY, "NAME", 0, "Family of malware", 5},
    {"tlp", OPTION_TLP, "WORD", 0, "Traffic light protocol: how far the list may go", 5},
    {"contact", OPTION_CONTACT, "TEXT", 0, "Whom to ask", 5},
    {"why", OPTION_WHY, "TEXT", 0, "Reason, for those who are asked", 5},
    {"drill", OPTION_DRILL, 0, 0, "An exercise: delivered, never answered", 5},
    {"reject-on", OPTION_REJECT_ON, "SEVERITY", 0,
	"Judge the inputs first, as cordon check does; fail on info, low or high", 6},
    {"allow", 'a', "FILE", 0, "Names that must not be hit; may be given again", 6},
    {"registered", 'r', "FILE", 0, "Names that are registered; may be given again", 6}, {0}};

static void
set_text(struct argp_state *state, char *to, size_t size, const char *arg)
{
	if (!*arg || strlen(arg) >= size)
		argp_error(state, "`%s': expected 1 to %zu bytes", arg, size - 1);
	memcpy(to, arg, strlen(arg) + 1);
}

static void
set_date(struct argp_state *state, int32_t *to, const char *arg)
{
	if (date_parse(to, arg, strlen(arg)) < 0)
		argp_error(state, "`%s': not a date; expected YYYY-MM-DD", arg);
}

static void
set_feed(struct argp_state *state, struct list_meta *m, const char *arg)
{
	if (strspn(arg, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(arg))
		argp_error(state, "feed `%s': expected a-z, 0-9 and -", arg);
	set_text(state, m->feed, sizeof(m->feed), arg);
}

static void
set_hub(struct argp_state *state, struct parts *p, const char *arg)
{
	int n = name_from_text(p->hub, arg, strlen(arg));

	if (n < 2)
		argp_error(state, "hub `%s': not a domain name", arg);
	p->hub_len = (uint8_t)n;
}

static void
set_serial(struct argp_state *state, struct build *b, const char *arg)
{
	unsigned long long n;
	char *end;

	b->serial = 0;
	if (!strcmp(arg, "date"))
		return;
	errno = 0;
	n = strtoull(arg, &end, 10);
	if (arg[0] < '0' || arg[0] > '9' || *end || errno || n == 0 || n > UINT32_MAX)
		argp_error(state, "serial `%s': expected 1 to 4294967295, or `date'", arg);
	b->serial = (uint32_t)n;
}

static void
set_word(struct argp_state *state, int code, const char *arg)
{
	if (code < 0)
		argp_error(state, "`%s': unknown word", arg);
}

static void
add_suffix(struct argp_state *state, struct build *b, const char *arg)
{
	const char **more = reallocarray(b->suffixes, b->n_suffixes + 1, sizeof(*more));

	if (!more)
		argp_failure(state, 1, errno, "suffix");
	b->suffixes = more;
	b->suffixes[b->n_suffixes++] = arg;
}

static void
check_options(struct argp_state *state, const struct build *b)
{
	if (!b->parts.meta.feed[0] || !b->output)
		argp_error(state, "--feed and --output are needed");
	if (b->reject_on < 0 && b->check.allows + b->check.registereds > 0)
		argp_error(state, "--allow and --registered need --reject-on");
	if (b->from >= b->until)
		argp_error(state, "--from must lie before --until");
	if (!b->serial && date_of_day(b->date).year > 4294)
		argp_error(state, "--date: after the year 4294 give a --serial");
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct build *b = state->input;
	struct list_meta *m = &b->parts.meta;
	int word;

	switch (key) {
	case 'f': set_feed(state, m, arg); break;
	case 'o': b->output = arg; break;
	case 's': add_suffix(state, b, arg); break;
	case 'S': b->split = arg; break;
	case OPTION_HUB: set_hub(state, &b->parts, arg); break;
	case OPTION_SERIAL: set_serial(state, b, arg); break;
	case OPTION_DATE: set_date(state, &b->date, arg); break;
	case OPTION_FROM: set_date(state, &b->from, arg); break;
	case OPTION_UNTIL: set_date(state, &b->until, arg); break;
	case OPTION_FAMILY: set_text(state, m->family, sizeof(m->family), arg); break;
	case OPTION_TLP: set_text(state, m->tlp, sizeof(m->tlp), arg); break;
	case OPTION_CONTACT: set_text(state, m->contact, sizeof(m->contact), arg); break;
	case OPTION_WHY: set_text(state, m->why, sizeof(m->why), arg); break;
	case OPTION_DRILL: m->drill = 1; break;
	case OPTION_ACTION:
		set_word(state, word = action_parse(arg, strlen(arg)), arg);
		m->action = (uint8_t)word;
		break;
	case OPTION_FORM:
		set_word(state, word = list_form_parse(arg), arg);
		b->form = (enum list_form)word;
		break;
	case OPTION_REJECT_ON:
		b->reject_on = judge_severity_parse(arg);
		set_word(state, b->reject_on, arg);
		break;
	case 'a':
		option_push(state, b->check.allow, &b->check.allows, JUDGE_SOURCES_MAX, arg);
		break;
	case 'r':
		option_push(
		    state, b->check.registered, &b->check.registereds, JUDGE_SOURCES_MAX, arg);
		break;
	case ARGP_KEY_ARGS:
		b->inputs = state->argv + state->next;
		b->n_inputs = (size_t)(state->argc - state->next);
		break;
	case ARGP_KEY_NO_ARGS: argp_error(state, "no input; `-' is standard input"); break;
	case ARGP_KEY_END: check_options(state, b); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {.options = options,
    .parser = parse_option,
    .args_doc = "INPUT...",
    .doc = "Makes zone files out of lists, predictions or other zones.\v"
	   "Without suffixes there is one zone for the whole feed; with them a part for each, and "
	   "every name must be below one.  `-' is standard input.  Files appear under their names "
	   "only when all are complete."};

int
build_options(struct build *b, int argc, char **argv)
{
	argp_err_exit_status = 2;
	return argp_parse(&parser, argc, argv, 0, NULL, b);
}
