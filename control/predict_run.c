#include "control/predict.h"

#include "base/progress.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static int
write_error(void)
{
	return errno ? -errno : -EIO;
}

static int
run_alone(const struct predict *p, struct predict_out *out, struct progress *bar)
{
	for (uint32_t i = 0; i < predict_day_count(p); i++) {
		int rc = predict_day(p, i, out);

		if (rc)
			return rc;
		if (bar)
			progress_step(bar, i + 1);
	}
	return 0;
}

/* A day on its way from the thread that makes it to the one that writes it. */
struct slot {
	bool ready;
	int rc;
	char *text; /* ours until it is written */
	size_t len;
	uint64_t entries; /* of a zone */
};

struct crew {
	const struct predict *p;
	const struct zone_writer *zone; /* as the head left it */
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t moved; /* next, written or a slot has */
	uint32_t next;        /* day to be made */
	uint32_t written;     /* days */
	bool stop;
	unsigned slots; /* day i is in slot i % slots */
	struct slot slot[2 * PREDICT_JOBS_MAX];
	pthread_t thread[PREDICT_JOBS_MAX];
};

static struct slot
make_day(const struct crew *c, uint32_t i)
{
	struct slot s = {.ready = true};
	struct predict_out out = {.to = open_memstream(&s.text, &s.len), .zone = *c->zone};

	if (!out.to) {
		s.rc = write_error();
		return s;
	}
	out.zone.to = out.to;
	out.zone.entries = 0;
	s.rc = predict_day(c->p, i, &out);
	s.entries = out.zone.entries;
	if (fclose(out.to) && !s.rc)
		s.rc = write_error();
	return s;
}

static void *
crew_member(void *arg)
{
	struct crew *c = arg;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		struct slot made;
		uint32_t i;

		while (!c->stop && c->next < c->p->days && c->next - c->written >= c->slots)
			pthread_cond_wait(&c->moved, &c->lock);
		if (c->stop || c->next >= c->p->days)
			break;
		i = c->next++;
		pthread_mutex_unlock(&c->lock);
		made = make_day(c, i);
		pthread_mutex_lock(&c->lock);
		c->slot[i % c->slots] = made;
		pthread_cond_broadcast(&c->moved);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static int
write_slot(const struct predict *p, const struct slot *s, struct predict_out *out)
{
	bool comma = p->form == PREDICT_JSON && out->any;

	if (s->rc || !s->len)
		return s->rc;
	errno = 0;
	if (comma && fputs(",\n", out->to) == EOF)
		return write_error();
	out->any = true;
	out->zone.entries += s->entries;
	return fwrite(s->text, 1, s->len, out->to) == s->len ? 0 : write_error();
}

static int
write_days(struct crew *c, struct predict_out *out, struct progress *bar)
{
	int rc = 0;

	for (uint32_t i = 0; i < c->p->days && !rc; i++) {
		struct slot *s = &c->slot[i % c->slots], day;

		pthread_mutex_lock(&c->lock);
		while (!s->ready)
			pthread_cond_wait(&c->moved, &c->lock);
		day = *s;
		*s = (struct slot){0};
		pthread_mutex_unlock(&c->lock);
		rc = write_slot(c->p, &day, out);
		free(day.text);
		pthread_mutex_lock(&c->lock);
		c->written = i + 1;
		pthread_cond_broadcast(&c->moved);
		pthread_mutex_unlock(&c->lock);
		if (bar)
			progress_step(bar, i + 1);
	}
	return rc;
}

static int
run_crew(const struct predict *p, struct predict_out *out, struct progress *bar)
{
	const struct zone_writer zone = out->zone;
	struct crew *c = calloc(1, sizeof(*c));
	unsigned started = 0;
	int rc = 0;

	if (!c)
		return -ENOMEM;
	c->p = p;
	c->zone = &zone;
	c->slots = 2 * p->jobs;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->moved, NULL);
	while (started < p->jobs && !rc) {
		rc = -pthread_create(&c->thread[started], NULL, crew_member, c);
		started += !rc;
	}
	if (!rc)
		rc = write_days(c, out, bar);
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_broadcast(&c->moved);
	pthread_mutex_unlock(&c->lock);
	while (started--)
		pthread_join(c->thread[started], NULL);
	for (unsigned i = 0; i < c->slots; i++)
		free(c->slot[i].text);
	pthread_cond_destroy(&c->moved);
	pthread_mutex_destroy(&c->lock);
	free(c);
	return rc;
}

int
predict_run(const struct predict *p, FILE *to, bool progress)
{
	struct predict_out out = {.to = to};
	struct progress bar, *shown = progress ? &bar : NULL;
	bool alone = p->jobs == 1 || predict_day_count(p) == 1;
	int rc = predict_head(p, &out);

	if (shown)
		progress_start(shown, "predicted days", predict_day_count(p));
	if (!rc)
		rc = alone ? run_alone(p, &out, shown) : run_crew(p, &out, shown);
	if (!rc)
		rc = predict_tail(p, &out);
	errno = 0;
	if (!rc && (fflush(to) || ferror(to)))
		rc = write_error();
	if (shown)
		progress_end(shown);
	return rc;
}
