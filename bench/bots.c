#include "bench/bots.h"

#include "base/err.h"
#include "bench/draw.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WAIT_MIN_MS 10000
#define WAIT_MAX_MS 50000
#define HOUR_MS     3600000u
#define STEPS_HOUR  12 /* in which start times are held */
#define STEPS       (PLAN_HOURS * STEPS_HOUR)
#define ROUNDS      60

/* A try, sorted by its first 27 bits. */
#define TRY_MS(t)   ((uint32_t)((t) >> 37))
#define TRY_HOST(t) ((uint32_t)((t) >> 16) & 0x1fffff)
#define TRY_NO(t)   ((uint32_t)(t)&0xffff)
#define HOSTS_MAX   (1u << 21)

static uint32_t
common(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t t = a % b;

		a = b;
		b = t;
	}
	return a;
}

/* A host's names: step from name to name by something without a divisor in common with their
 * number, so that none comes twice. */
static uint32_t
name_of(const struct bots_config *c, uint32_t host, uint32_t number)
{
	struct draw d = {c->seed * 0x100000001b3u + host};
	uint32_t first = (uint32_t)draw_below(&d, c->names);
	uint32_t step = 1 + (uint32_t)draw_below(&d, c->names);

	while (common(step, c->names) != 1)
		step++;
	return (uint32_t)((first + (uint64_t)number * step) % c->names);
}

/* The day's shape that hosts cause who begin at `start`, each going on for `len` steps. */
static void
activity(double out[STEPS], const double start[STEPS], unsigned len)
{
	double sum = 0;

	for (unsigned i = 0; i < len; i++)
		sum += start[STEPS - 1 - i];
	for (unsigned i = 0; i < STEPS; i++) {
		sum += start[i] - start[(i + STEPS - len) % STEPS];
		out[i] = sum / len;
	}
}

/* Start times whose activity has the wanted shape: Richardson and Lucy's iteration, which keeps all
 * of them positive. */
static void
find_starts(double start[STEPS], const double shape[PLAN_HOURS], unsigned len)
{
	double is[STEPS], ratio[STEPS], turned[STEPS], back[STEPS];

	for (unsigned i = 0; i < STEPS; i++)
		start[i] = 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		activity(is, start, len);
		for (unsigned i = 0; i < STEPS; i++)
			ratio[i] = shape[i / STEPS_HOUR] / fmax(is[i], 1e-12);
		for (unsigned i = 0; i < STEPS; i++)
			turned[i] = ratio[STEPS - 1 - i];
		activity(back, turned, len); /* the mirror of time */
		for (unsigned i = 0; i < STEPS; i++)
			start[i] *= back[STEPS - 1 - i];
	}
}

static uint32_t
draw_start(const double sum[STEPS], struct draw *d)
{
	double v = draw_part(d) * sum[STEPS - 1];
	unsigned i = 0;

	while (i < STEPS - 1 && sum[i] <= v)
		i++;
	return (uint32_t)((i + draw_part(d)) * (HOUR_MS / STEPS_HOUR));
}

static int
by_time(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
make_tries(uint64_t *tries, const struct bots_config *c)
{
	struct draw d = {c->seed};
	double mean_ms = (WAIT_MIN_MS + WAIT_MAX_MS) / 2.0, sum[STEPS];
	unsigned len = (unsigned)lround(c->asked * mean_ms * STEPS_HOUR / HOUR_MS);
	size_t n = 0;

	find_starts(sum, c->shape, len < 1 ? 1 : len < STEPS ? len : STEPS);
	for (unsigned i = 1; i < STEPS; i++)
		sum[i] += sum[i - 1];
	for (uint32_t host = 0; host < c->hosts; host++) {
		uint32_t ms = draw_start(sum, &d);

		for (uint32_t k = 0; k < c->asked; k++) {
			tries[n++] = (uint64_t)(ms % BOTS_DAY_MS) << 37 | (uint64_t)host << 16 | k;
			ms += WAIT_MIN_MS + (uint32_t)draw_below(&d, WAIT_MAX_MS - WAIT_MIN_MS);
		}
	}
	qsort(tries, n, sizeof(*tries), by_time);
}

/* Takes over what no cache answers.  fresh: for each resolver and name the second, from 1, until
 * which an answer is kept. */
static void
pass_caches(struct bots *b, const uint64_t *tries, const struct bots_config *c, uint32_t *fresh)
{
	for (uint64_t i = 0; i < b->asked; i++) {
		uint32_t host = TRY_HOST(tries[i]), ms = TRY_MS(tries[i]), second = ms / 1000 + 1;
		uint32_t name = name_of(c, host, TRY_NO(tries[i])), resolver = host % c->resolvers;

		if (fresh) {
			uint32_t *until = &fresh[(size_t)resolver * c->names + name];

			if (second < *until)
				continue;
			*until = second + c->ttl_s;
		}
		b->event[b->events_n++] = (struct bots_event){ms, name, resolver};
	}
}

int
bots_make(struct bots *b, const struct bots_config *c)
{
	size_t n = (size_t)c->hosts * c->asked, cells = (size_t)c->resolvers * c->names;
	uint32_t *fresh = NULL;
	uint64_t *tries;
	int rc = 0;

	*b = (struct bots){.asked = n};
	if (n > BOTS_EVENTS_MAX || c->hosts > HOSTS_MAX || c->asked > UINT16_MAX)
		return -ERR_LIMIT;
	tries = malloc(n * sizeof(*tries));
	b->event = malloc(n * sizeof(*b->event));
	if (c->ttl_s > 0) /* pages that no host touches are never there */
		fresh = mmap(NULL, cells * sizeof(*fresh), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!tries || !b->event || fresh == MAP_FAILED) {
		rc = -ENOMEM;
		goto out;
	}
	make_tries(tries, c);
	pass_caches(b, tries, c, fresh);
out:
	if (fresh && fresh != MAP_FAILED)
		munmap(fresh, cells * sizeof(*fresh));
	free(tries);
	if (rc < 0)
		bots_free(b);
	return rc;
}

void
bots_free(struct bots *b)
{
	free(b->event);
	b->event = NULL;
	b->events_n = 0;
}

void
bots_hours(const struct bots *b, uint64_t hours[PLAN_HOURS])
{
	memset(hours, 0, PLAN_HOURS * sizeof(*hours));
	for (size_t i = 0; i < b->events_n; i++)
		hours[b->event[i].ms / HOUR_MS]++;
}
