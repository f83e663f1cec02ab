/* acknowledged.h - what of a TCP connection's bytes has reached the other side.  Linux. */
#pragma once

#include <stdint.h>

struct acknowledged {
	uint64_t bytes;   /* that the peer's kernel has; of TLS, what was given to the socket */
	uint64_t written; /* as many it has when it has all that was written so far */
};

/* Counts from the connection's beginning on; also of one that was reset.  Returns 0 or -errno. */
int acknowledged(int fd, struct acknowledged *a);
