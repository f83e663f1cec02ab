/* eal.h - the EAL's argument vector out of our options. */
#pragma once

#include "dataplane/port.h"

struct eal_plan {
	unsigned workers;              /* worker lcores: EAL ids 0..workers-1 */
	unsigned cpu[PORT_LCORES_MAX]; /* the CPU that each is bound to */
};

/* Reads "1", "1-3,5" into plan; NULL: the first CPU that the process may use.
 * Returns 0, -ERR_FORMAT, or -ERR_RANGE (twice the same, too many, not ours to use). */
int eal_plan(struct eal_plan *plan, const char *lcores);

/* Starts the EAL for the given ports.  The main thread is left free to run on every CPU.
 * Returns 0, or a negative error that has been logged. */
int eal_start(const struct eal_plan *plan, const struct eal_options *o,
    const struct port_options *port, unsigned n);
