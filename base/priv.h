/* priv.h - giving up privileges once everything is open.  Linux.
 *
 * Both steps act on every thread of the process and on those to come; neither can be undone.
 * Order: priv_find while all is still allowed, priv_drop, priv_filter, priv_verify. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct priv {
	uid_t uid;
	gid_t gid;
};

/* Looks up user, and group or, if that is NULL, the user's own group; names, not numbers.
 * Returns 0, or
 *   -ERR_UNKNOWN  no such user or group
 *   -ERR_REFUSED  the user is root */
int priv_find(struct priv *p, const char *user, const char *group);

/* Becomes that user with its supplementary groups, and without any capability.  As root.
 * Returns 0 or -errno, -ERR_LIBRARY; after an error the process may be halfway: end it. */
int priv_drop(const struct priv *p);

/* Sets no_new_privs and leaves the system calls that a responder in service needs.  Others get
 * EPERM; execve, ptrace and loading of modules kill the process.  The kernel's audit log names
 * what was refused.  Returns 0 or -errno. */
int priv_filter(void);

/* For a process that only computes: sets no_new_privs and leaves it to read, write and map what it
 * has open, to ask for the time and to end.  It can open nothing more, not even through a child.
 * Others get EPERM, deadly ones as above.  Returns 0 or -errno. */
int priv_jail(void);

/* Reads of every thread what the kernel says.  With p: its user and group in all four places,
 * no effective, permitted or ambient capability.  With is_filtered: no_new_privs and a filter.
 * Returns 0, -ERR_REFUSED when a thread differs, or -errno. */
int priv_verify(const struct priv *p, bool is_filtered);
