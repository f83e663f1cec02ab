/* health_query.h - one DNS query over UDP, to see whether anybody answers. */
#pragma once

#include <stdint.h>

/* Asks for health.invalid A, half-way a second time.  Any response to it will do.
 * Returns 0, -ETIMEDOUT or -errno. */
int health_query(const char *address, uint16_t port, int timeout_ms);
