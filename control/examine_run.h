/* examine_run.h - the way of the process of examine.h from its start to its end. */
#pragma once

#include "control/examine.h"

/* Opens, locks itself in, examines, and ends the process: status 0 with a whole verdict behind it,
 * 1 without.  All but verdict_fd are files without a name. */
struct examine_files {
	int verdict_fd, out_fd, spill_fd, scratch_fd, body_fd;
};
_Noreturn void examine_run(const struct examine_task *task, const struct examine_files *files);
