#include "lists/identify.h"

#include "base/err.h"
#include "lists/identify_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BATCH   32
#define PADDING 16 /* bytes that a hash may read past a name's end */

const char *
identify_verdict_text(enum identify_verdict v)
{
	static const char *const text[] = {"unknown", "chance", "supported", "known"};

	return text[v];
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(
	    ((const struct identify_name *)a)->text, ((const struct identify_name *)b)->text);
}

static int
copy_names(struct identify *id, const char *const *names, size_t n)
{
	size_t kept = 0;

	id->name = calloc(n ? n : 1, sizeof(*id->name));
	if (!id->name)
		return -ENOMEM;
	for (; id->names < n; id->names++) {
		id->name[id->names].text = strdup(names[id->names]);
		if (!id->name[id->names].text)
			return -ENOMEM;
	}
	qsort(id->name, n, sizeof(*id->name), by_text);
	for (size_t i = 0; i < n; i++) {
		if (kept && !strcmp(id->name[kept - 1].text, id->name[i].text))
			free((void *)(uintptr_t)id->name[i].text);
		else
			id->name[kept++] = id->name[i];
	}
	id->names = kept;
	return 0;
}

static int
fill_index(struct identify *id, const struct hash_key *key)
{
	struct entry e = {.from = DAY_FIRST, .until = DAY_NEVER};
	struct index_loader *l;
	int rc = index_loader_new(&l, hash_best(), key, 0);

	if (rc)
		return rc;
	for (size_t i = 0; i < id->names && rc == 0; i++) {
		int len = name_from_text(e.name, id->name[i].text, strlen(id->name[i].text));

		e.name_len = (uint8_t)len;
		rc = len < 0 ? len : index_loader_add(l, &e, 0, false);
	}
	if (rc == 0)
		return index_loader_finish(l, &id->index);
	index_loader_free(l);
	return rc;
}

static int
number_tasks(struct identify *id)
{
	id->state = calloc(id->runs ? id->runs : 1, sizeof(*id->state));
	if (!id->state)
		return -ENOMEM;
	for (size_t i = 0; i < id->runs; i++) {
		const char *const *s = id->run[i].family->suffixes;

		while (s[(size_t)id->state[i].space])
			id->state[i].space++;
		id->state[i].first = id->tasks;
		id->tasks += id->run[i].days;
	}
	return 0;
}

int
identify_new(struct identify **out, const struct hash_key *key, const char *const *names, size_t n,
    const struct identify_run *runs, size_t n_runs)
{
	struct identify *id = calloc(1, sizeof(*id));
	int rc = n > IDENTIFY_NAMES_MAX ? -ERR_LIMIT : 0;

	*out = NULL;
	if (!id)
		return -ENOMEM;
	pthread_mutex_init(&id->lock, NULL);
	id->run = runs;
	id->runs = n_runs;
	id->round = 1;
	if (!rc)
		rc = copy_names(id, names, n);
	if (!rc)
		rc = fill_index(id, key);
	if (!rc)
		rc = number_tasks(id);
	if (rc)
		identify_free(id);
	else
		*out = id;
	return rc;
}

void
identify_free(struct identify *id)
{
	if (!id)
		return;
	for (size_t i = 0; id->name && i < id->names; i++)
		free((void *)(uintptr_t)id->name[i].text);
	free(id->name);
	free(id->state);
	free(id->again);
	index_free(id->index);
	pthread_mutex_destroy(&id->lock);
	free(id);
}

bool
identify_next(struct identify *id, struct identify_task *t)
{
	uint64_t i;
	size_t run = 0, end = id->runs;

	if (atomic_load(&id->failed))
		return false;
	i = atomic_fetch_add(&id->taken, 1);
	if (i >= id->tasks)
		return false;
	if (id->round == 2) {
		*t = id->again[i];
		return true;
	}
	while (end - run > 1) {
		size_t middle = run + (end - run) / 2;

		if (id->state[middle].first <= i)
			run = middle;
		else
			end = middle;
	}
	t->run = (uint32_t)run;
	t->day = id->run[run].from + (int32_t)(i - id->state[run].first);
	return true;
}

/* A day under way. */
struct day {
	struct identify *id;
	struct identify_task task;
	uint32_t made; /* names so far */
	unsigned n;    /* names waiting in the batch */
	uint32_t length[LENGTHS];
	uint32_t index[BATCH];
	struct hash_name hash[BATCH];
	uint8_t name[BATCH][NAME_LEN_MAX + PADDING];
	struct probe probe[BATCH * HASH_LABELS_MAX];
};

/* Where the match of a run stands or belongs, or NULL when earlier runs fill the room. */
static struct identify_match *
match_place(struct identify_name *name, uint32_t run)
{
	unsigned i = 0;

	while (i < name->matches && name->match[i].run < run)
		i++;
	if (i == IDENTIFY_MATCHES)
		return NULL;
	if (i < name->matches && name->match[i].run == run)
		return &name->match[i];
	if (name->matches < IDENTIFY_MATCHES)
		name->matches++;
	memmove(
	    &name->match[i + 1], &name->match[i], (name->matches - i - 1) * sizeof(name->match[0]));
	name->match[i] = (struct identify_match){.run = run, .day = INT32_MAX};
	return &name->match[i];
}

static bool
is_earlier(const struct identify_task *t, uint32_t index, const struct identify_match *m)
{
	return t->day != m->day ? t->day < m->day : index < m->index;
}

/* The second round sets the day of what did not stand alone, and counts nothing twice. */
static void
note_match(
    struct identify *id, const struct identify_task *t, uint32_t index, struct identify_name *name)
{
	struct identify_match *m = match_place(name, t->run);

	if (!m || m->verdict == IDENTIFY_ALONE)
		return;
	if (id->round == 2 ? m->verdict != IDENTIFY_SEEN || is_earlier(t, index, m)
			   : is_earlier(t, index, m)) {
		m->day = t->day;
		m->index = index;
	}
	if (id->round == 2)
		m->verdict = IDENTIFY_SEEN;
	else
		m->times++;
}

const struct identify_name *
identify_find(const struct identify *id, const char *text)
{
	struct identify_name want = {.text = text};

	return bsearch(&want, id->name, id->names, sizeof(want), by_text);
}

static void
flush_batch(struct day *d)
{
	unsigned n = index_find(d->id->index, d->hash, d->n, d->probe);

	for (unsigned i = 0; i < n; i++) {
		const struct probe *p = &d->probe[i];
		const struct identify_name *found;
		char text[NAME_TEXT_MAX];

		if (!p->class || p->depth != d->hash[p->lane].labels)
			continue;
		name_to_text(text, d->name[p->lane]);
		found = identify_find(d->id, text);
		if (!found)
			continue;
		pthread_mutex_lock(&d->id->lock);
		note_match(d->id, &d->task, d->index[p->lane], &d->id->name[found - d->id->name]);
		pthread_mutex_unlock(&d->id->lock);
	}
	d->n = 0;
}

/* Generators make lower-case text without escapes.  Returns the labels, 0 for no name. */
static unsigned
wire_of_text(uint8_t *out, const char *text, size_t len)
{
	uint8_t *length = out;
	unsigned labels = 1;

	if (len == 0 || len > NAME_LEN_MAX - 2)
		return 0;
	for (size_t i = 0; i < len; i++) {
		uint8_t *at = out + 1 + i;

		*at = (uint8_t)text[i];
		if (text[i] != '.')
			continue;
		*length = (uint8_t)(at - length - 1);
		if (*length == 0 || *length > NAME_LABEL_MAX)
			return 0;
		length = at;
		labels++;
	}
	*length = (uint8_t)(out + len - length);
	out[len + 1] = 0;
	return *length > 0 && *length <= NAME_LABEL_MAX ? labels : 0;
}

static int
take_name(void *ctx, const char *text, size_t len)
{
	struct day *d = ctx;
	uint8_t *name = d->name[d->n];
	unsigned labels = wire_of_text(name, text, len);

	d->index[d->n] = d->made++;
	if (labels == 0 || labels > HASH_LABELS_MAX)
		return 0; /* never in the index */
	d->length[name[0]]++;
	hash_name_set(&d->hash[d->n], name);
	if (++d->n == BATCH)
		flush_batch(d);
	return 0;
}

int
identify_do(struct identify *id, const struct identify_task *t)
{
	const struct identify_run *run = &id->run[t->run];
	struct day *d = calloc(1, sizeof(*d));
	int rc = -ENOMEM;

	if (d) {
		d->id = id;
		d->task = *t;
		rc = dga_expand(run->family, t->day, &run->values, take_name, d);
		flush_batch(d);
	}
	pthread_mutex_lock(&id->lock);
	for (unsigned i = 0; d && id->round == 1 && i < LENGTHS; i++)
		id->state[t->run].length[i] += d->length[i];
	if (rc && !id->rc)
		id->rc = rc;
	pthread_mutex_unlock(&id->lock);
	if (rc)
		atomic_store(&id->failed, true);
	free(d);
	return rc;
}

uint64_t
identify_taken(const struct identify *id)
{
	uint64_t taken = atomic_load(&id->taken);

	return taken < id->tasks ? taken : id->tasks;
}

uint64_t
identify_tasks(const struct identify *id)
{
	return id->tasks;
}

size_t
identify_names(const struct identify *id, const struct identify_name **out)
{
	*out = id->name;
	return id->names;
}
