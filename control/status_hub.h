/* status_hub.h - `cordon status --hub` and `--registries`. */
#pragma once

#include <stdbool.h>

/* Asks cordond and prints.  socket NULL: where it usually is.  Returns the exit status. */
int status_hub(const char *program, const char *socket, bool registries, bool is_json);
