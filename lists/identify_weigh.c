#include "lists/identify_impl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double
chance_of(const struct identify *id, const struct identify_match *m, const char *text)
{
	size_t len = strcspn(text, ".");
	bool letters = strspn(text, "abcdefghijklmnopqrstuvwxyz") >= len;
	const struct run_state *s = &id->state[m->run];

	if (len >= LENGTHS)
		return 0;
	return -expm1(-(double)s->length[len] /
		      (pow(letters ? 26 : 36, (double)len) * (s->space > 0 ? s->space : 1)));
}

static void
weigh(struct identify *id, struct identify_name *name)
{
	name->verdict = IDENTIFY_UNKNOWN;
	for (unsigned i = 0; i < name->matches; i++) {
		struct identify_match *m = &name->match[i];

		m->chance = chance_of(id, m, name->text);
		if (m->verdict != IDENTIFY_SEEN)
			m->verdict =
			    m->chance < IDENTIFY_CHANCE_MAX ? IDENTIFY_ALONE : IDENTIFY_CHANCE;
		if (m->verdict > name->verdict)
			name->verdict = m->verdict;
	}
}

static int
by_day(const void *va, const void *vb)
{
	const struct identify_task *a = va, *b = vb;

	if (a->run != b->run)
		return a->run < b->run ? -1 : 1;
	return a->day < b->day ? -1 : a->day > b->day;
}

/* The days of names that stand alone, each once. */
static int64_t
plan_again(struct identify *id)
{
	size_t n = 0, kept = 0;

	id->again = calloc(id->names * IDENTIFY_MATCHES + 1, sizeof(*id->again));
	if (!id->again)
		return -ENOMEM;
	for (size_t i = 0; i < id->names; i++) {
		const struct identify_name *name = &id->name[i];

		for (unsigned k = 0; k < name->matches; k++)
			if (name->match[k].verdict == IDENTIFY_ALONE)
				id->again[n++] =
				    (struct identify_task){name->match[k].run, name->match[k].day};
	}
	qsort(id->again, n, sizeof(*id->again), by_day);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_day(&id->again[kept - 1], &id->again[i]))
			id->again[kept++] = id->again[i];
	return (int64_t)kept;
}

int64_t
identify_settle(struct identify *id)
{
	bool open = false;
	int64_t tasks = 0;

	if (id->rc)
		return id->rc;
	for (size_t i = 0; i < id->names; i++) {
		weigh(id, &id->name[i]);
		open |= id->name[i].verdict == IDENTIFY_CHANCE;
	}
	if (id->round == 1 && open)
		tasks = plan_again(id);
	if (tasks <= 0)
		return tasks;
	id->round = 2;
	id->tasks = (uint64_t)tasks;
	atomic_store(&id->taken, 0);
	return tasks;
}
