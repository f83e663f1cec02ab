/* serial.h - serial numbers that wrap (RFC 1982). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Whether a comes after b.  Two serials 2^31 apart have no order: false. */
static inline bool
serial_newer(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}
