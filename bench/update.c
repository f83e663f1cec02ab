#include "bench/update.h"

#include "bench/store.h"

#include <errno.h>
#include <inttypes.h>
#include <rte_cycles.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FEED    1 /* of the ring's image, empty at first */
#define NAME    "update"
#define ORIGIN  NAME ".lists.example"
#define SERIAL  "@ SOA . . %d 0 0 0 0\n"
#define NAMES_A "old" /* under a top-level domain that no list has (RFC 6761) */
#define NAMES_B "new"

static void
write_names(FILE *to, const char *stem, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		fprintf(to, "%s%" PRIu64 ".invalid TXT \"/\"\n", stem, i);
}

/* From serial `from` to the next one. */
static int
write_delta(const char *path, int from, const char *goes, const char *comes, uint64_t n)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return -errno;
	fprintf(f, "$ORIGIN " ORIGIN ".\n" SERIAL SERIAL, from + 1, from);
	write_names(f, goes, goes ? n : 0);
	fprintf(f, SERIAL, from + 1);
	write_names(f, comes, n);
	fprintf(f, SERIAL, from + 1);
	return fclose(f) == 0 ? 0 : -errno;
}

/* A query for the last name that comes, and for the last one that goes. */
static int
make_pool(struct update *u)
{
	static const struct pool_mix mix = {.hit_ratio = 1, .seed = 1, .queries = 2};
	struct names_store names = {0};
	char path[32] = "/tmp/cordon-bench.XXXXXX";
	uint32_t at[2];
	int fd = mkstemp(path), rc;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return -errno;
	fprintf(
	    f, NAMES_B "%" PRIu64 ".invalid\n" NAMES_A "%" PRIu64 ".invalid\n", u->n - 1, u->n - 1);
	rc = fclose(f) == 0 ? store_read(&names, path, NULL) : -errno;
	unlink(path);
	if (rc == 0)
		rc = pool_each(&u->pool, &names, &mix, at);
	store_free(&names);
	return rc;
}

static int
prepare(struct update *u, struct rig *r)
{
	struct list_meta zone = {.serial = 1, .suffix_len = 1};
	struct feed_options *feed = &u->options->feed[FEED];
	int fd = mkstemp(u->path), rc;

	if (fd < 0)
		return -errno;
	close(fd);
	zone.origin_len = (uint8_t)name_from_text(zone.origin, ORIGIN, strlen(ORIGIN));
	u->options->feeds_n = FEED + 1;
	feed->names_max = UINT64_MAX / 2;
	snprintf(feed->name, sizeof(feed->name), NAME);
	rc = rig_add_zone(r, FEED, &zone);
	if (rc == 0)
		rc = write_delta(u->path, 1, NULL, NAMES_A, u->n);
	if (rc == 0) /* so that there is something to take away */
		rc = rig_take_delta(r, u->options, FEED, u->path);
	if (rc == 0)
		rc = write_delta(u->path, 2, NAMES_A, NAMES_B, u->n);
	return rc;
}

int
update_new(struct update **out, struct rig *r, uint64_t n)
{
	struct update *u = calloc(1, sizeof(*u));
	int rc = -ENOMEM;

	if (!u)
		return rc;
	u->n = n;
	strcpy(u->path, "/tmp/cordon-bench.XXXXXX");
	u->options = calloc(1, sizeof(*u->options));
	if (u->options)
		rc = make_pool(u);
	u->watch.pool = &u->pool;
	if (rc == 0)
		rc = prepare(u, r);
	if (rc < 0)
		update_free(u);
	else
		*out = u;
	return rc;
}

void
update_free(struct update *u)
{
	if (!u)
		return;
	unlink(u->path);
	pool_free(&u->pool);
	free(u->options);
	free(u);
}

static int64_t
cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int
update_apply(struct update *u, struct rig *r)
{
	int64_t before_ns = cpu_ns();
	int rc;

	u->handed_over = rte_rdtsc();
	rc = rig_take_delta(r, u->options, FEED, u->path);
	u->done = rte_rdtsc();
	u->cpu_ns = cpu_ns() - before_ns;
	return rc;
}

static json_t *
ms_after(const struct update *u, uint64_t tick)
{
	double hz = (double)rte_get_tsc_hz();

	return tick > u->handed_over ? json_real((double)(tick - u->handed_over) / hz * 1e3)
				     : json_null();
}

json_t *
update_times(const struct update *u)
{
	return json_pack("{sI sf so so so sI sb}", "changes", (json_int_t)(2 * u->n), "cpu_ms",
	    (double)u->cpu_ns / 1e6, "acknowledged_ms", ms_after(u, u->done), "first_new_ms",
	    ms_after(u, u->watch.comes_at), "last_old_ms", ms_after(u, u->watch.goes_at), "watched",
	    (json_int_t)u->watch.seen, "stale", u->watch.old_due > u->done);
}
