#include "bench/quiet.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIELDS     8 /* user nice system idle iowait irq softirq steal (proc(5)) */
#define IDLE       3
#define IOWAIT     4
#define LINE_BYTES 512
#define WATCH_NS   200000000

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
