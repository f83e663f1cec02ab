#include "control/identify.h"

#include "base/date.h"
#include "base/err.h"
#include "base/option.h"
#include "control/command.h"
#include "lists/name.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define FAMILIES_MAX 64
#define LINE_BLANKS  " \t\r\n"
#define WORDS_MAX    16384 /* bytes */

enum { STATUS_KNOWN, STATUS_UNKNOWN, STATUS_USAGE, STATUS_FAILED };
enum { OPT_JSON = 256, OPT_WORDS };

static const struct argp_option options[] = {
    {"from", 'd', "DATE", 0, "First UTC day, YYYY-MM-DD (the years in which a family was in use)",
	0},
    {"days", 'n', "N", 0, "Number of days from --from on, 1 to 40000 (1)", 0},
    {"family", 'f', "NAME", 0, "Only this family; may be repeated (all)", 0},
    {"jobs", 'j', "N", 0, "Threads, 1 to 64 (processors)", 0},
    {"words", OPT_WORDS, "FILE", 0, "Words of a sample (suppobox)", 0},
    {"json", OPT_JSON, NULL, 0, "Print one JSON array", 0},
    {0},
};

struct request {
	const struct dga_family *family[FAMILIES_MAX];
	size_t families;
	int32_t from; /* -1: not given */
	uint32_t days;
	unsigned jobs;
	bool json, has_days, from_input;
	const char *words_path;
	char **raw;  /* as given, ours */
	char **text; /* canonical, ours; NULL: no domain name */
	size_t names, room;
};

static int
add_name(struct request *r, const char *raw, size_t len)
{
	uint8_t name[NAME_LEN_MAX];
	char text[NAME_TEXT_MAX];
	int wire = name_from_text(name, raw, len);

	if (r->names == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		void *p = reallocarray(r->raw, room, sizeof(*r->raw));

		if (!p)
			return -ENOMEM;
		r->raw = p;
		p = reallocarray(r->text, room, sizeof(*r->text));
		if (!p)
			return -ENOMEM;
		r->text = p;
		r->room = room;
	}
	r->raw[r->names] = strndup(raw, len);
	r->text[r->names] = NULL;
	if (wire > 1 && name_labels(name) <= HASH_LABELS_MAX) {
		name_to_text(text, name);
		r->text[r->names] = strdup(text);
	}
	return r->raw[r->names++] ? 0 : -ENOMEM;
}

/* The first word of each line; # begins a comment. */
static int
read_names(struct request *r, FILE *f)
{
	char *line = NULL;
	size_t room = 0;
	int rc = 0;

	while (!rc && getline(&line, &room, f) > 0) {
		char *word = line + strspn(line, LINE_BLANKS);
		size_t len = strcspn(word, LINE_BLANKS "#");

		if (len)
			rc = add_name(r, word, len);
	}
	if (!rc && ferror(f))
		rc = errno ? -errno : -EIO;
	free(line);
	return rc;
}

static void
add_family(struct argp_state *state, struct request *r, const char *name)
{
	const struct dga_family *f = dga_find(name);

	if (!f)
		argp_error(state,
		    "there is no family '%s'; cordon predict --list-families prints them", name);
	else if (r->families == FAMILIES_MAX)
		argp_error(state, "more than %d families", FAMILIES_MAX);
	else
		r->family[r->families++] = f;
}

static void
take_word(struct argp_state *state, struct request *r, const char *word)
{
	if (!strcmp(word, "-"))
		r->from_input = true;
	else if (add_name(r, word, strlen(word)))
		argp_failure(state, STATUS_FAILED, ENOMEM, "%s", word);
	else if (!r->text[r->names - 1])
		argp_error(state, "'%s' is not a domain name", word);
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case 'd':
		if (date_parse(&r->from, arg, strlen(arg)))
			argp_error(state, "--from must be a day as YYYY-MM-DD, not '%s'", arg);
		break;
	case 'n':
		r->days = (uint32_t)option_number(state, "--days", arg, 1, IDENTIFY_DAYS_MAX);
		r->has_days = true;
		break;
	case 'f': add_family(state, r, arg); break;
	case 'j':
		r->jobs = (unsigned)option_number(state, "--jobs", arg, 1, IDENTIFY_JOBS_MAX);
		break;
	case OPT_WORDS: r->words_path = arg; break;
	case OPT_JSON: r->json = true; break;
	case ARGP_KEY_ARG: take_word(state, r, arg); break;
	case ARGP_KEY_END:
		if (!r->names && !r->from_input)
			argp_error(state, "names are missing; - reads them from standard input");
		if (r->has_days && r->from < 0)
			argp_error(state, "--days wants --from");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
read_words(const char *path, char words[WORDS_MAX + 2])
{
	FILE *f = fopen(path, "re");
	size_t n;
	int rc;

	if (!f)
		return -errno;
	n = fread(words, 1, WORDS_MAX + 1, f);
	words[n] = '\0';
	rc = ferror(f) ? -EIO : n > WORDS_MAX || strlen(words) != n ? -ERR_FORMAT : 0;
	fclose(f);
	return rc;
}

/*   words  WORDS_MAX + 2 bytes, for as long as the plan */
static int
plan_all(struct identify_plan *plan, const struct request *r, char *words)
{
	const struct dga_family *const *f = r->families ? r->family : dga_families;
	size_t n = r->families;
	int rc = r->words_path ? read_words(r->words_path, words) : 0;

	plan->words = r->words_path ? words : NULL;
	for (size_t i = 0; !rc && (r->families ? i < n : f[i] != NULL); i++)
		rc = identify_plan_add(plan, f[i], r->from, r->days, date_today());
	return rc;
}

/* The names that are names, one after the other. */
static int
make_search(struct identify **id, const struct request *r, const struct identify_plan *plan)
{
	const char **names = calloc(r->names + 1, sizeof(*names));
	struct hash_key key;
	size_t n = 0;
	int rc = -ENOMEM;

	if (!names)
		return rc;
	for (size_t i = 0; i < r->names; i++)
		if (r->text[i])
			names[n++] = r->text[i];
	do {
		if (getrandom(&key, sizeof(key), 0) != sizeof(key))
			rc = -EIO;
		else
			rc = identify_new(id, &key, names, n, plan->run, plan->runs);
	} while (rc == -EAGAIN);
	free(names);
	return rc;
}

static int
search(struct request *r)
{
	struct identify_plan plan = {0};
	struct identify *id = NULL;
	char words[WORDS_MAX + 2];
	const char *what = "";
	int64_t rc = r->from_input ? read_names(r, stdin) : 0;

	if (!rc) {
		rc = plan_all(&plan, r, words);
		what = rc && r->words_path ? r->words_path : "";
	}
	if (!rc)
		rc = make_search(&id, r, &plan);
	if (!rc)
		rc = identify_run_all(id, r->jobs, true);
	if (!rc && plan.left_out)
		fprintf(
		    stderr, "cordon identify: suppobox is left out; --words FILE gives it words\n");
	if (!rc)
		rc = identify_print(id, &plan, r->text, r->raw, r->names, r->json, stdout);
	identify_free(id);
	identify_plan_free(&plan);
	if (rc < 0) {
		fprintf(stderr, "cordon identify: %s%s%s\n", what, *what ? ": " : "",
		    err_text((int)rc));
		return STATUS_FAILED;
	}
	return rc ? STATUS_UNKNOWN : STATUS_KNOWN;
}

int
cmd_identify(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "NAME...\n-",
	    "Say which family of malware makes a name, on which day and with which parameters."
	    "\vExit status: 0 every name is known, 1 some are not, 2 usage, 3 failure.",
	    NULL, NULL, NULL};
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct request r = {.from = -1, .days = 1, .jobs = 1};
	int status;

	if (processors > 0)
		r.jobs = processors < IDENTIFY_JOBS_MAX ? (unsigned)processors : IDENTIFY_JOBS_MAX;
	status = argp_parse(&argp, argc, argv, 0, NULL, &r) ? STATUS_USAGE : search(&r);
	for (size_t i = 0; i < r.names; i++) {
		free(r.raw[i]);
		free(r.text[i]);
	}
	free(r.raw);
	free(r.text);
	return status;
}
