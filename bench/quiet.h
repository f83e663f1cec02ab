/* quiet.h - how busy other processes keep the machine. */
#pragma once

#include <stdint.h>

/* Processor time of all CPUs since boot, in clock ticks. */
struct quiet {
	uint64_t busy, all;
};

/* Reads the first line of /proc/stat from text.  Returns 0 or -ERR_FORMAT. */
int quiet_parse(struct quiet *out, const char *text);

/* Sleeps for 200 ms.  Returns how many CPUs were busy meanwhile, 0 to their number, which is what
 * others did; negative if it is not known. */
double quiet_busy_other(void);
