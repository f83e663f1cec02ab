/* confine.h - what a process gives up before it reads the first byte that others have written:
 * every file but those it was given, new ones, sockets, memory and time without end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct confine_limits {
	uint64_t cpu_s;
	uint64_t file_bytes;   /* of a file that it writes */
	uint64_t memory_bytes; /* beside what is mapped already */
	bool jail;             /* priv_jail() too */
};

/* Closes all but standard streams and the n descriptors at keep, which it sorts; then the limits.
 * Returns 0 or -errno. */
int confine(int *keep, size_t n, const struct confine_limits *l);

/* Forks a process that dies with this one.  Returns 1 in it; 0 in this one, with *end_fd, the
 * caller's, readable once it has ended; or -errno. */
int confine_fork(pid_t *pid, int *end_fd);
