/* quiet.h - how busy other processes keep the machine. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define QUIET_BUSY_MUCH 0.1 /* CPUs that others keep busy; above it figures are not worth much */

/* Processor time of all CPUs since boot, in clock ticks. */
struct quiet {
	uint64_t busy, all;
};

/* Reads the first line of /proc/stat from text.  Returns 0 or -ERR_FORMAT. */
int quiet_parse(struct quiet *out, const char *text);

/* Sleeps for 200 ms.  Returns how many CPUs were busy meanwhile, 0 to their number, which is what
 * others did; negative if it is not known. */
double quiet_busy_other(void);

/* A span of time in which this process works: what others use meanwhile. */
struct quiet_span {
	struct quiet all;
	double start_s, own_s;
};

void quiet_begin(struct quiet_span *span);

/* How many CPUs others kept busy since quiet_begin, with the processor time of this process and of
 * its children that ended taken away; negative if that is not known.  seconds: of the span. */
double quiet_end(const struct quiet_span *span, double *seconds);

/* Whether so many busy CPUs spoil a run of so many seconds.  /proc/stat counts in hundredths of a
 * second, which a short run is allowed. */
bool quiet_is_disturbed(double busy_other, double seconds);
