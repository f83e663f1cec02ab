#include "control/export.h"

#include "base/date.h"
#include "base/err.h"
#include "base/option.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_MAX 36525
#define TTL_MAX  604800

enum long_option {
	OPTION_DATE = 256,
	OPTION_FROM,
	OPTION_DAYS,
	OPTION_INPUT_FORM,
	OPTION_FEED,
	OPTION_SERIAL,
	OPTION_ACTION,
	OPTION_SKIP_PASS,
	OPTION_ADDRESS,
	OPTION_NS,
	OPTION_MAIL,
	OPTION_TTL,
	OPTION_ZONE,
	OPTION_REGISTERED,
	OPTION_REGISTRANT,
	OPTION_CONTACT,
	OPTION_YEARS,
	OPTION_AUTH_FILE,
	OPTION_REASON,
	OPTION_CLIENT,
};

static const struct argp_option options[] = {
    {"form", 'f', "FORM", 0, EXPORT_FORM_WORDS " (needed)", 1},
    {"output", 'o', "PATH", 0, "File, or for some forms folder, to write (standard output)", 1},
    {"input-form", OPTION_INPUT_FORM, "FORM", 0, "auto, zone, rpz, csv, hosts or names (auto)", 1},
    {"date", OPTION_DATE, "DATE", 0, "Day for which names are listed (today, UTC)", 2},
    {"from", OPTION_FROM, "DATE", 0, "csv: first of several days", 2},
    {"days", OPTION_DAYS, "N", 0, "csv: how many, 1 to 36525 (1)", 2},
    {"suffix", 's', "NAME", 0, "Only the names below one registry's suffix", 2},
    {"feed", OPTION_FEED, "NAME", 0, "Feed, where the list does not say it", 2},
    {"serial", OPTION_SERIAL, "N", 0, "Serial instead of the list's", 2},
    {"action", OPTION_ACTION, "ACTION", 0, "Instead of every action but pass", 3},
    {"skip-pass", OPTION_SKIP_PASS, NULL, 0, "Leave names out that pass", 3},
    {"address", OPTION_ADDRESS, "ADDRESS", 0, "Of the sinkhole; may be given again", 3},
    {"ns", OPTION_NS, "NAME", 0, "Name server of the sinkhole; may be given again", 3},
    {"mail", OPTION_MAIL, "NAME", 0, "RNAME of SOA records", 3},
    {"ttl", OPTION_TTL, "S", 0, "Of records, 0 to 604800 (300)", 3},
    {"zone", OPTION_ZONE, "NAME", 0, "Name of a policy zone (rpz.cordon)", 3},
    {"registered", OPTION_REGISTERED, "FILE", 0, "epp: names that are registered (needed)", 4},
    {"auth-file", OPTION_AUTH_FILE, "FILE", 0, "epp: authInfo of new domains, in one line", 4},
    {"registrant", OPTION_REGISTRANT, "ID", 0, "epp: registrant of new domains", 4},
    {"contact", OPTION_CONTACT, "TYPE=ID", 0, "epp: admin, billing or tech; may be given again", 4},
    {"years", OPTION_YEARS, "N", 0, "epp: period of new domains, 1 to 99", 4},
    {"reason", OPTION_REASON, "TEXT", 0, "epp: text of each status", 4},
    {"client", OPTION_CLIENT, NULL, 0, "epp: a registrar's statuses, clientHold and so on", 4},
    {0},
};

static int
read_day(struct argp_state *state, const char *arg)
{
	int32_t day;

	if (date_parse(&day, arg, strlen(arg)) < 0)
		argp_error(state, "`%s': not a date; expected YYYY-MM-DD", arg);
	return day;
}

static size_t
read_name(struct argp_state *state, uint8_t out[NAME_LEN_MAX], const char *arg)
{
	int n = name_from_text(out, arg, strlen(arg));

	if (n < 2)
		argp_error(state, "`%s': not a domain name", arg);
	return (size_t)n;
}

static void
add_address(struct argp_state *state, struct policy *p, const char *arg)
{
	int rc = policy_add_address(p, arg);

	if (rc == -ERR_FULL)
		argp_error(state, "--address: at most %d of each kind", POLICY_ADDRS_MAX);
	else if (rc < 0)
		argp_error(state, "`%s': not an address", arg);
}

static void
add_ns(struct argp_state *state, struct policy *p, const char *arg)
{
	int rc = policy_add_ns(p, arg);

	if (rc == -ERR_FULL)
		argp_error(state, "--ns: at most %d", POLICY_NS_MAX);
	else if (rc < 0)
		argp_error(state, "`%s': not a domain name", arg);
}

static const char *
read_id(struct argp_state *state, const char *id)
{
	if (!epp_is_id(id))
		argp_error(state, "`%s': not an identifier of %d to %d bytes", id, EXPORT_ID_MIN,
		    EXPORT_ID_MAX);
	return id;
}

static void
add_contact(struct argp_state *state, struct export_epp *x, const char *arg)
{
	const char *why = epp_add_contact(x, arg);

	if (why)
		argp_error(state, "--contact `%s': %s", arg, why);
}

static void
set_feed(struct argp_state *state, struct export_options *o, const char *arg)
{
	size_t len = strlen(arg);

	if (!len || len >= sizeof(o->feed) ||
	    strspn(arg, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		argp_error(state, "feed `%s': expected 1 to 63 of a-z, 0-9 and -", arg);
	memcpy(o->feed, arg, len + 1);
}

static int
read_word(struct argp_state *state, int code, const char *arg)
{
	if (code < 0)
		argp_error(state, "`%s': unknown word; --help prints those there are", arg);
	return code;
}

static int
parse_epp(int key, char *arg, struct argp_state *state)
{
	struct export_job *j = state->input;
	struct export_epp *x = &j->o.epp;

	switch (key) {
	case OPTION_REGISTERED: j->registered = arg; break;
	case OPTION_AUTH_FILE: j->auth_file = arg; break;
	case OPTION_REGISTRANT: x->registrant = read_id(state, arg); break;
	case OPTION_CONTACT: add_contact(state, x, arg); break;
	case OPTION_YEARS: x->years = (unsigned)option_number(state, "--years", arg, 1, 99); break;
	case OPTION_REASON:
		if (!export_is_token(arg, 255))
			argp_error(state, "--reason: 1 to 255 bytes of UTF-8 in single spaces");
		x->reason = arg;
		break;
	case OPTION_CLIENT: x->client_status = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
parse_records(int key, char *arg, struct argp_state *state)
{
	struct export_job *j = state->input;

	switch (key) {
	case OPTION_ADDRESS: add_address(state, &j->policy, arg); break;
	case OPTION_NS: add_ns(state, &j->policy, arg); break;
	case OPTION_MAIL: read_name(state, j->policy.rname, arg); break;
	case OPTION_TTL:
		j->policy.ttl = (uint32_t)option_number(state, "--ttl", arg, 0, TTL_MAX);
		break;
	case OPTION_ZONE: j->o.zone_len = read_name(state, j->zone, arg); break;
	default: return parse_epp(key, arg, state);
	}
	return 0;
}

static void
check(struct argp_state *state, struct export_job *j)
{
	struct export_options *o = &j->o;
	const char *form, *why;

	if (o->form == EXPORT_FORMS)
		argp_error(state, "--form is needed: " EXPORT_FORM_WORDS);
	form = export_form_text(o->form);
	why = export_lacks(o);
	if (why)
		argp_error(state, "--form %s: %s", form, why);
	if (j->from >= 0 && o->form != EXPORT_CSV)
		argp_error(state, "--form %s is for one day: give --date, not --from", form);
	if (j->from < 0 && j->until)
		argp_error(state, "--days wants --from");
	if (j->from >= 0 && j->has_date)
		argp_error(state, "--date or --from, not both");
	if ((o->form == EXPORT_EPP) != !!j->registered)
		argp_error(state, "--registered FILE goes with --form epp, and that with it");
	if (j->skips_pass && !export_refuses(o, ACTION_PASS))
		argp_error(state, "--form %s has exceptions: --skip-pass is not for it", form);
	if (j->action != ACTION_INHERIT && (why = export_refuses(o, j->action)))
		argp_error(
		    state, "--form %s: %s is not for it: %s", form, action_text(j->action), why);
	if (export_is_folder(o->form) && (!j->output || !strcmp(j->output, "-")))
		argp_error(state, "--form %s makes a folder: name it by --output", form);
}

static void
set_days(struct export_job *j)
{
	bool has_range = j->from >= 0;

	if (!has_range)
		j->from = j->o.day;
	else
		j->o.day = j->from;
	j->until = j->from + (has_range && j->until ? j->until : 1);
}

static void
set_action(struct argp_state *state, struct export_job *j, const char *arg)
{
	j->action = (enum action)read_word(state, action_parse(arg, strlen(arg)), arg);
	if (j->action == ACTION_PASS)
		argp_error(state, "--action pass would list nothing");
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct export_job *j = state->input;
	struct export_options *o = &j->o;

	switch (key) {
	case 'f': o->form = (enum export_form)read_word(state, export_form_parse(arg), arg); break;
	case 'o': j->output = arg; break;
	case OPTION_INPUT_FORM:
		j->input_form = (enum list_form)read_word(state, list_form_parse(arg), arg);
		break;
	case OPTION_DATE:
		o->day = read_day(state, arg);
		j->has_date = true;
		break;
	case OPTION_FROM: j->from = read_day(state, arg); break;
	case OPTION_DAYS:
		j->until = (int32_t)option_number(state, "--days", arg, 1, DAYS_MAX);
		break;
	case 's':
		o->suffix_len = read_name(state, j->suffix, arg);
		o->suffix = j->suffix;
		break;
	case OPTION_FEED: set_feed(state, o, arg); break;
	case OPTION_SERIAL:
		o->serial = (uint32_t)option_number(state, "--serial", arg, 1, UINT32_MAX);
		j->has_serial = true;
		break;
	case OPTION_ACTION: set_action(state, j, arg); break;
	case OPTION_SKIP_PASS: j->skips_pass = true; break;
	case ARGP_KEY_ARGS:
		j->inputs = state->argv + state->next;
		j->inputs_n = (size_t)(state->argc - state->next);
		break;
	case ARGP_KEY_NO_ARGS: argp_error(state, "no INPUT; `-' is standard input"); break;
	case ARGP_KEY_END: check(state, j); break;
	default: return parse_records(key, arg, state);
	}
	return 0;
}

static const struct argp parser = {.options = options,
    .parser = parse_option,
    .args_doc = "INPUT...",
    .doc = "Writes lists in the forms that name servers and registries load.\v"
	   "INPUT is a list in any form, a folder of parts, or an update, whose signatures are not "
	   "checked here: that is cordon verify.  Exit status: 0 done, 1 failed, 2 usage."};

int
export_parse(struct export_job *j, int argc, char **argv)
{
	static const char zone[] = "\3rpz\6cordon";

	*j = (struct export_job){
	    .program = argv[0], .spill = -1, .from = -1, .input_form = LIST_AUTO};
	policy_defaults(&j->policy);
	j->o.form = EXPORT_FORMS;
	j->o.day = date_today();
	j->o.policy = &j->policy;
	j->o.zone = memcpy(j->zone, zone, sizeof(zone));
	j->o.zone_len = sizeof(zone);
	j->o.folder = j->folder;
	argp_err_exit_status = 2;
	if (argp_parse(&parser, argc, argv, 0, NULL, j))
		return -ERR_FORMAT;
	set_days(j);
	return 0;
}
