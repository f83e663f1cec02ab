#include "control/check.h"

#include "base/err.h"
#include "base/progress.h"
#include "lists/allow.h"
#include "lists/dga.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define STEP_NAMES 4096

static int __attribute__((format(printf, 3, 4)))
complain(const struct check *c, int rc, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", c->program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return rc;
}

int
check_open(FILE **out, const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char buffer[65536];
	struct stat st;
	size_t n;
	int rc = 0;

	*out = f;
	if (!f || fstat(fileno(f), &st))
		return -errno;
	if (S_ISREG(st.st_mode) && f != stdin)
		return 0;
	*out = tmpfile();
	if (!*out)
		rc = -errno;
	errno = 0;
	while (!rc && (n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		if (fwrite(buffer, 1, n, *out) != n)
			rc = -EIO;
	if (!rc && (ferror(f) || fflush(*out)))
		rc = errno ? -errno : -EIO;
	if (f != stdin)
		fclose(f);
	return rc;
}

/* One of the two passes over the list. */
struct pass {
	const struct check *c;
	struct judge *j;
	bool second;
	char family[64]; /* that the zone's apex names */
	struct progress bar;
	uint64_t n;
	bool shown;
};

static void
pass_step(struct pass *p)
{
	if (p->shown && ++p->n % STEP_NAMES == 0)
		progress_step(&p->bar, p->n);
}

/* `cordon predict` writes the family as the comment's first word. */
static const char *
family_of(const struct pass *p, const struct entry *e, char word[64])
{
	size_t n = 0;

	while (n < e->comment_len && e->comment[n] != ' ')
		n++;
	if (n == 0 || n >= 64)
		return p->family;
	memcpy(word, e->comment, n);
	word[n] = '\0';
	return dga_find(word) ? word : p->family;
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct pass *p = ctx;
	char word[64];

	pass_step(p);
	return p->second ? judge_entry(p->j, e) : judge_list(p->j, e, family_of(p, e, word));
}

static int
take_meta(void *ctx, const struct list_meta *m)
{
	struct pass *p = ctx;

	memcpy(p->family, m->family, sizeof(p->family));
	return 0;
}

static void
take_error(void *ctx, const struct list_error *e)
{
	const struct pass *p = ctx;

	if (p->second)
		return;
	if (e->line)
		complain(p->c, 0, "%s:%" PRIu64 ": %s", e->path, e->line, e->text);
	else
		complain(p->c, 0, "%s: %s", e->path, e->text);
}

static int
read_list(const struct check *c, FILE *f, struct judge *j, bool second)
{
	struct pass p = {.c = c, .j = j, .second = second, .shown = c->progress};
	struct list_sink sink = {&p, take_entry, take_meta, take_error};
	int rc;

	if (fseeko(f, 0, SEEK_SET))
		return -errno;
	if (p.shown)
		progress_start(&p.bar, second ? "judged names" : "read names", 0);
	rc = list_read(f, c->list, c->form, NULL, &sink);
	if (p.shown)
		progress_end(&p.bar);
	if (rc && rc != -EAGAIN)
		complain(c, rc, "%s: %s", c->list, err_text(rc));
	return rc;
}

struct comparison {
	struct judge *j;
	enum judge_against against;
	unsigned source;
	struct pass pass; /* its progress alone */
};

static int
take_other(void *ctx, const uint8_t *name, size_t len)
{
	struct comparison *m = ctx;

	pass_step(&m->pass);
	return judge_compare(m->j, m->against, name, len, m->source);
}

static int
compare_file(const struct check *c, struct comparison *m, const char *path)
{
	struct allow_counts counts;
	FILE *f = fopen(path, "re");
	int rc;

	if (!f)
		return complain(c, -errno, "%s: %s", path, err_text(errno));
	m->pass.shown = c->progress;
	if (c->progress)
		progress_start(&m->pass.bar, "compared names", 0);
	rc = allow_read(f, take_other, m, &counts);
	if (c->progress)
		progress_end(&m->pass.bar);
	fclose(f);
	if (rc)
		return complain(c, rc, "%s: %s", path, err_text(rc));
	if (counts.bad)
		complain(c, 0,
		    "%s: %" PRIu64 " lines without a name left out, the first is line %" PRIu64,
		    path, counts.bad, counts.bad_line);
	return 0;
}

static int
compare_all(const struct check *c, struct judge *j)
{
	struct comparison m = {.j = j, .against = JUDGE_AGAINST_SUFFIX};
	const char *suffixes = c->suffix_list ? c->suffix_list : psl_text_path();
	int rc = suffixes ? psl_rules(suffixes, take_other, &m) : 0;

	if (rc)
		return complain(c, rc, "%s: %s", suffixes, err_text(rc));
	m.against = JUDGE_AGAINST_ALLOW;
	for (m.source = 0; m.source < c->allows && !rc; m.source++)
		rc = compare_file(c, &m, c->allow[m.source]);
	m.against = JUDGE_AGAINST_REGISTERED;
	for (m.source = 0; m.source < c->registereds && !rc; m.source++)
		rc = compare_file(c, &m, c->registered[m.source]);
	return rc ? rc : judge_compared(j);
}

static int
read_words(const struct check *c, struct judge *j)
{
	FILE *f = c->words ? fopen(c->words, "re") : NULL;
	char *line = NULL;
	size_t room = 0;
	int rc = 0;

	if (c->words && !f)
		return complain(c, -errno, "%s: %s", c->words, err_text(errno));
	while (f && !rc && getline(&line, &room, f) > 0)
		rc = judge_word(j, line, strcspn(line, " \t\r\n"));
	free(line);
	if (f)
		fclose(f);
	return rc;
}

/* suffix,count; a first line that holds no count is a header. */
static int
read_population(const struct check *c, struct population *p)
{
	FILE *f = c->population ? fopen(c->population, "re") : NULL;
	char *line = NULL;
	size_t room = 0;
	unsigned at = 0;
	int rc = 0;

	if (c->population && !f)
		return complain(c, -errno, "%s: %s", c->population, err_text(errno));
	while (f && !rc && getline(&line, &room, f) > 0) {
		uint8_t suffix[NAME_LEN_MAX];
		char *comma = strchr(line, ','), *end = NULL;
		double names = comma ? strtod(comma + 1, &end) : 0;
		int len = comma ? name_from_text(suffix, line, (size_t)(comma - line)) : -1;

		if (at++ == 0 && comma && end == comma + 1)
			continue;
		if (len < 0 || end == comma + 1 || end[strspn(end, " \r\n")])
			rc = -ERR_FORMAT;
		else
			rc = population_set(p, suffix, (size_t)len, names);
		if (rc)
			complain(c, rc, "%s:%u: %s; suffix,count is expected", c->population, at,
			    err_text(rc));
	}
	free(line);
	if (f)
		fclose(f);
	return rc;
}

static int
judge_once(const struct check *c, FILE *f, struct check_result *r)
{
	struct judge_options o = {.psl = r->psl, .population = r->population, .limit = c->limit};
	int rc;

	judge_free(r->judge);
	r->judge = NULL;
	if (getrandom(o.key, sizeof(o.key), 0) != sizeof(o.key))
		return -EIO;
	rc = judge_new(&r->judge, &o);
	if (!rc)
		rc = read_words(c, r->judge);
	if (!rc)
		rc = read_list(c, f, r->judge, false);
	if (!rc)
		rc = judge_listed(r->judge);
	if (!rc)
		rc = compare_all(c, r->judge);
	if (!rc)
		rc = read_list(c, f, r->judge, true);
	return rc ? rc : judge_end(r->judge);
}

int
check_run(const struct check *c, struct check_result *r)
{
	FILE *f = c->from;
	int rc = f ? 0 : check_open(&f, c->list);

	*r = (struct check_result){0};
	if (rc) {
		complain(c, rc, "%s: %s", c->list, err_text(rc));
		goto out;
	}
	rc = psl_open(&r->psl, c->suffix_list);
	if (rc)
		complain(c, rc, "the Public Suffix List: %s", err_text(rc));
	if (!rc)
		rc = population_new(&r->population);
	if (!rc)
		rc = read_population(c, r->population);
	if (!rc)
		do
			rc = judge_once(c, f, r);
		while (rc == -EAGAIN);
out:
	if (f && f != stdin && f != c->from)
		fclose(f);
	return rc;
}

void
check_result_free(struct check_result *r)
{
	judge_free(r->judge);
	population_free(r->population);
	psl_close(r->psl);
	*r = (struct check_result){0};
}
