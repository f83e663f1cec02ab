#include "bench/quiet.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define FIELDS     8 /* user nice system idle iowait irq softirq steal (proc(5)) */
#define IDLE       3
#define IOWAIT     4
#define LINE_BYTES 512
#define WATCH_NS   200000000
#define GRAIN_S    0.05 /* of processor time */

int
quiet_parse(struct quiet *out, const char *text)
{
	uint64_t v[FIELDS];

	*out = (struct quiet){0};
	if (sscanf(text,
		"cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		" %" SCNu64 " %" SCNu64,
		&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) != FIELDS)
		return -ERR_FORMAT;
	for (unsigned i = 0; i < FIELDS; i++) {
		out->all += v[i];
		if (i != IDLE && i != IOWAIT)
			out->busy += v[i];
	}
	return 0;
}

static int
quiet_read(struct quiet *out)
{
	char line[LINE_BYTES] = "";
	FILE *f = fopen("/proc/stat", "r");

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	return quiet_parse(out, line);
}

double
quiet_busy_other(void)
{
	const struct timespec watch = {.tv_nsec = WATCH_NS};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct quiet a, b;

	if (quiet_read(&a) < 0)
		return -1;
	nanosleep(&watch, NULL);
	if (quiet_read(&b) < 0 || b.all <= a.all || b.busy < a.busy)
		return -1;
	return (double)cpus * (double)(b.busy - a.busy) / (double)(b.all - a.all);
}

static double
seconds_of(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec * 1e-6;
}

/* Processor time of this process and of its children that ended. */
static double
own_seconds(void)
{
	static const int whom[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
	double sum = 0;

	for (unsigned i = 0; i < 2; i++) {
		struct rusage used;

		if (getrusage(whom[i], &used) == 0)
			sum += seconds_of(&used.ru_utime) + seconds_of(&used.ru_stime);
	}
	return sum;
}

static double
now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void
quiet_begin(struct quiet_span *span)
{
	*span = (struct quiet_span){0};
	quiet_read(&span->all); /* all 0 when it cannot be read: quiet_end sees that */
	span->start_s = now_seconds();
	span->own_s = own_seconds();
}

double
quiet_end(const struct quiet_span *span, double *seconds)
{
	double own = own_seconds() - span->own_s, busy;
	struct quiet now;

	*seconds = now_seconds() - span->start_s;
	if (quiet_read(&now) < 0 || span->all.all == 0 || *seconds <= 0)
		return -1;
	busy = (double)(now.busy - span->all.busy) / (double)sysconf(_SC_CLK_TCK);
	return busy > own ? (busy - own) / *seconds : 0;
}

bool
quiet_is_disturbed(double busy_other, double seconds)
{
	return busy_other > QUIET_BUSY_MUCH + GRAIN_S / (seconds < GRAIN_S ? GRAIN_S : seconds);
}
