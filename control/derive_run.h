/* derive_run.h - what the process of derive.h does. */
#pragma once

#include "control/derive.h"

/* Does not return. */
_Noreturn void derive_run(const struct derive_task *task, const struct derive *d);
