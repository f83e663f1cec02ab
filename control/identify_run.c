#include "control/identify.h"

#include "base/date.h"
#include "base/err.h"
#include "base/progress.h"
#include "lists/dga_published.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The literature's years are those of its reports: one more on either side. */
#define YEARS_MARGIN 1
#define YEAR_FIRST   2008 /* of families whose years are not known */

static bool
is_complete(const struct dga_family *f, const struct dga_values *v)
{
	for (const struct dga_param *p = f->params; p->name; p++)
		if (p->text && strlen(v->text[p - f->params]) < p->min)
			return false;
	return true;
}

static void
choose_days(struct identify_run *run, int32_t from, uint32_t days, int32_t today)
{
	const struct dga_family *f = run->family;
	int64_t first = from, last = (int64_t)from + days - 1;

	if (from < 0) {
		int year = f->year_from ? f->year_from - YEARS_MARGIN : YEAR_FIRST;

		first = date_day((struct date){year, 1, 1});
		last = today;
		if (f->year_to)
			last = date_day((struct date){f->year_to + YEARS_MARGIN, 12, 31});
		last = last < today ? last : today;
	}
	first = first > f->day_min ? first : f->day_min;
	last = last < f->day_max ? last : f->day_max;
	if (f->dateless)
		last = first;
	run->from = (int32_t)first;
	run->days = last < first ? 0 : (uint32_t)(last - first + 1);
}

static int
make_room(struct identify_plan *p)
{
	size_t room = p->room ? 2 * p->room : 64;
	void *run, *store;

	if (p->runs < p->room)
		return 0;
	run = reallocarray(p->run, room, sizeof(*p->run));
	if (!run)
		return -ENOMEM;
	p->run = run;
	store = reallocarray(p->store, room, sizeof(*p->store));
	if (!store)
		return -ENOMEM;
	p->store = store;
	p->room = room;
	return 0;
}

static int
stop_at_once(void *ctx, const char *name, size_t len)
{
	(void)ctx;
	(void)name;
	return len > 0;
}

/* Returns -ERR_FORMAT for words that make no name. */
static int
set_words(const struct identify_plan *p, struct identify_run *run)
{
	int rc = p->words ? dga_set(run->family, &run->values, "words", p->words) : -ERR_UNKNOWN;

	if (rc == -ERR_UNKNOWN)
		return 0;
	if (!rc)
		rc = dga_expand(run->family, run->from, &run->values, stop_at_once, NULL);
	return rc < 0 ? -ERR_FORMAT : 0;
}

/* Takes store. */
static int
add_run(struct identify_plan *p, struct identify_run *run, char *store)
{
	int rc = make_room(p);

	if (!rc)
		rc = dga_set_all(run->family, &run->values, run->params, store);
	if (!rc)
		rc = set_words(p, run);
	if (!rc && is_complete(run->family, &run->values)) {
		p->store[p->runs] = store;
		p->run[p->runs++] = *run;
		return 0;
	}
	p->left_out += !rc;
	free(store);
	return rc;
}

int
identify_plan_add(
    struct identify_plan *p, const struct dga_family *f, int32_t from, uint32_t days, int32_t today)
{
	for (const char *const *set = dga_published(f); *set; set++) {
		struct identify_run run = {.family = f, .params = *set};
		char *store;
		int rc;

		choose_days(&run, from, days, today);
		if (run.days == 0)
			continue;
		store = strdup(*set);
		rc = store ? add_run(p, &run, store) : -ENOMEM;
		if (rc)
			return rc;
	}
	return 0;
}

void
identify_plan_free(struct identify_plan *p)
{
	for (size_t i = 0; i < p->runs; i++)
		free(p->store[i]);
	free(p->store);
	free(p->run);
	*p = (struct identify_plan){0};
}

static void *
work(void *arg)
{
	struct identify_task t;

	while (identify_next(arg, &t))
		if (identify_do(arg, &t))
			break;
	return NULL;
}

/* The caller's thread is one of the jobs, and the one that draws. */
static int
one_round(struct identify *id, unsigned jobs, struct progress *bar)
{
	pthread_t thread[IDENTIFY_JOBS_MAX];
	struct identify_task t;
	unsigned started = 0;
	int rc = 0;

	while (started + 1 < jobs && !rc) {
		rc = -pthread_create(&thread[started], NULL, work, id);
		started += !rc;
	}
	while (!rc && identify_next(id, &t)) {
		rc = identify_do(id, &t);
		if (bar)
			progress_step(bar, identify_taken(id));
	}
	while (started--)
		pthread_join(thread[started], NULL);
	return rc;
}

int
identify_run_all(struct identify *id, unsigned jobs, bool progress)
{
	struct progress bar;
	int64_t more;

	do {
		int rc;

		if (progress)
			progress_start(&bar, "searched days", identify_tasks(id));
		rc = one_round(id, jobs, progress ? &bar : NULL);
		if (progress)
			progress_end(&bar);
		if (rc)
			return rc;
		more = identify_settle(id);
	} while (more > 0);
	return (int)more;
}
